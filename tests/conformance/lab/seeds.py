"""The rows that were there before each call of the transcript."""

import datetime

from django.contrib.auth.models import Group, User

from lab.models import (Author, BigKey, IntKey, Named, Number, Tag, Text, When)

UTC = datetime.timezone.utc
AT = datetime.datetime(2021, 3, 4, 5, 6, 7, 123456, UTC)
MANY = "\u00e9\u65e5\u672c\U0001f4a9"  # of two, three and four bytes


def fill() -> None:
    Text.objects.create(char="one", char_unique="u1", text="t",
                        email="a@b.de")
    Text.objects.create(
        char=" two ", char_blank="b", char_null="n", char_unique="u2",
        text="line\nline", text_blank="x", text_null="y", email="c@d.de",
        email_blank="e@f.de", url="http://x.de/a?b=c", slug="a-b_c",
        min3="abc", hex4="00ff", size="L")
    Text.objects.create(char=MANY, char_unique="u3", text=MANY,
                        email="\u00fc@b.de")

    Number.objects.create(integer=1, number_unique=1)
    Number.objects.create(
        integer=-2**31, integer_null=5, big=-2**63, small=-2**15,
        positive=2**31 - 1, positive_small=2**15 - 1, positive_big=2**63 - 1,
        ratio=1.5, ratio_null=-2.25, price="123456.78", price_null="-0.50",
        flag=True, flag_null=True, level=2, bounded=5, number_unique=2)
    Number.objects.create(
        integer=2**31 - 1, integer_null=0, big=2**63 - 1, small=2**15 - 1,
        ratio=1e30, ratio_null=0, price="-999999.99", price_null="0",
        flag_null=False, bounded=-5, number_unique=3)

    When.objects.create(name="w1", at=AT)
    When.objects.create(
        name="w2", date=datetime.date(1999, 12, 31), time=datetime.time(0, 0),
        at=datetime.datetime(2000, 1, 1, tzinfo=UTC),
        length=datetime.timedelta(0))
    When.objects.update(created=AT, changed=AT)

    for code, name, born in (("adams", "Adams", 1952), ("eco", "Eco", 1932),
                             ("o", "Nobody", 1900), ("ed", "Ed", 1980)):
        Author.objects.create(code=code, name=name, born=born)
    for name in ("fun", "sad", "long", "unused"):
        Tag.objects.create(name=name)
    BigKey.objects.create(name="b1")
    BigKey.objects.create(id=2**40, name="b2")
    for number, name in ((5, "five"), (-5, "minus"), (0, "zero")):
        IntKey.objects.create(number=number, name=name)
    Named.objects.create(class_name="c", order=3)

    User.objects.create(username="tom", email="t@x.com", date_joined=AT,
                        password="!x")
    ann = User.objects.create(
        username="ann", first_name="Ann", is_staff=True, date_joined=AT,
        last_login=AT, password="!y")
    ann.groups.add(Group.objects.create(name="g1"))
