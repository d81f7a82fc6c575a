// The command makemigrations.
#ifndef MODELSERVICE_MANAGE_MAKE_MIGRATIONS_H_
#define MODELSERVICE_MANAGE_MAKE_MIGRATIONS_H_

#include "absl/status/status.h"
#include "modelservice/manage/command.h"
#include "modelservice/manage/migration_folder.h"

namespace modelservice {

inline constexpr Flag kMakeMigrationsFlags[] = {
    kMigrationsFlag,
    {"dialect", "D[,D2...]",
     "sqlite, postgres: the databases to write for; default: that of "
     "--database"},
    {"name", "NAME", "what the migration is called, behind its number"},
    {"empty", "NAME", "write one without statements, for your own"},
    {"check", "", "write nothing; exit code 1 when something would be written"},
    {"allow", "KIND[,KIND2...]",
     "dangerous steps that are meant: drop, narrow, not_null, rewrite"},
};

// Writes what leads from the last migration to the models.
absl::Status MakeMigrations(const Invocation& call);

}  // namespace modelservice

#endif  // MODELSERVICE_MANAGE_MAKE_MIGRATIONS_H_
