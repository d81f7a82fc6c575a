// One column's value to wire format, whatever the column's type and the value's
// kind: the general case, behind RowEncoder's program of the plain ones.
//
// A pure function: safe from any thread.
#ifndef MODELSERVICE_ORM_COLUMN_ENCODER_H_
#define MODELSERVICE_ORM_COLUMN_ENCODER_H_

#include "modelservice/orm/stored_message.h"
#include "modelservice/orm/wire.h"
#include "modelservice/schema/model.h"
#include "modelservice/sql/column_form.h"
#include "modelservice/value.h"

namespace modelservice {

// Appends `value`, which is not NULL, as the field of `column`, one of the
// model's, which lies in the database as `form` says. With a fault, what was
// appended is to be truncated.
//
// What a field has no value for is the nearest that it has: of times beyond the
// years 1 to 9999 the first or the last, of "" where there is a number or a
// time nothing at all.
Fault EncodeColumn(const Model& model, const Column& column,
                   const ColumnForm& form, Value value, WireBuffer& wire);

}  // namespace modelservice

#endif  // MODELSERVICE_ORM_COLUMN_ENCODER_H_
