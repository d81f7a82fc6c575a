// A TableSpec for people to read: one line for each thing it says, so that a
// text differ shows where two specs part.
#ifndef MODELSERVICE_SCHEMA_TABLE_SPEC_TEXT_H_
#define MODELSERVICE_SCHEMA_TABLE_SPEC_TEXT_H_

#include <string>

#include "modelservice/schema/table_spec.h"

namespace modelservice {

// Without the rules of the fields' values.
//
//   table shop.customer
//   column email varchar(254) not null default ''
//   primary key (id)
//   unique index customer_email_key (email)
std::string TextOf(const TableSpec& spec);

}  // namespace modelservice

#endif  // MODELSERVICE_SCHEMA_TABLE_SPEC_TEXT_H_
