#include "modelservice/protogen/singular.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace modelservice::proto {
namespace {

TEST(Singular, OfPlurals) {
  for (const auto& [plural, singular] :
       {std::pair<const char*, const char*>{"customers", "customer"},
        {"order_lines", "order_line"},
        {"OrderLines", "OrderLine"},
        {"USERS", "USER"},
        {"CATEGORIES", "CATEGORY"},
        {"categories", "category"},
        {"movies", "movie"},
        {"cookies", "cookie"},
        {"ties", "tie"},
        {"boxes", "box"},
        {"taxes", "tax"},
        {"addresses", "address"},
        {"processes", "process"},
        {"classes", "class"},
        {"statuses", "status"},
        {"aliases", "alias"},
        {"viruses", "virus"},
        {"buses", "bus"},
        {"houses", "house"},
        {"warehouses", "warehouse"},
        {"clauses", "clause"},
        {"uses", "use"},
        {"cases", "case"},
        {"databases", "database"},
        {"licenses", "license"},
        {"quizzes", "quiz"},
        {"sizes", "size"},
        {"caches", "cache"},
        {"batches", "batch"},
        {"heroes", "hero"},
        {"shoes", "shoe"},
        {"archives", "archive"},
        {"shelves", "shelf"},
        {"people", "person"},
        {"sales_people", "sales_person"},
        {"Children", "Child"},
        {"indices", "index"},
        {"analyses", "analysis"},
        {"menus", "menu"},
        {"keys", "key"},
        {"ids", "id"}}) {
    EXPECT_EQ(Singular(plural), singular);
  }
}

TEST(Singular, WhatIsNoPluralStays) {
  for (const char* word :
       {"series",   "species",      "news",   "status",   "address",
        "process",  "alias",        "access", "bus",      "gas",
        "lens",     "analysis",     "basis",  "sms",      "gps",
        "quiz",     "movie",        "cookie", "data",     "media",
        "customer", "order_status", "",       "_",        "s",
        "address2", "virus",        "canvas", "business", "https"}) {
    EXPECT_EQ(Singular(word), word);
  }
}

}  // namespace
}  // namespace modelservice::proto
