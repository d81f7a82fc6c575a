"""The benchmark's table: perf_user with the keys 1 to N, always the same."""

COLUMNS = "id, username, email, created_at, is_active, score"


def row(key: int) -> tuple:
    return (
        key,
        f"user{key}",
        f"user{key}@example.com",
        1600000000000000 + key * 1000003,
        key % 3 != 0,
        key * 0.125,
    )


def rows(count: int):
    return map(row, range(1, count + 1))
