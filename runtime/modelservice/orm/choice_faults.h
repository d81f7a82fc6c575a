// What is wrong with a value that has to be one of a few.
//
// Pure functions: safe from any thread.
#ifndef MODELSERVICE_ORM_CHOICE_FAULTS_H_
#define MODELSERVICE_ORM_CHOICE_FAULTS_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "modelservice/base/status_details.h"
#include "modelservice/schema/model.h"
#include "modelservice/value.h"

namespace modelservice {

// What a client is told of a value that is none of the choices, which is not
// repeated where the column is sensitive.
std::string FaultOfChoice(const Column& column, absl::string_view value);

// Adds the fault of an enum's value, which is not NULL, or of each element of a
// list of them; nothing where all are fine. Only the zero of an enum says that
// nothing was chosen; a number's may be meant.
void AddChoiceFaults(const Model& model, const Column& column, Value value,
                     std::vector<Violation>* violations);

}  // namespace modelservice

#endif  // MODELSERVICE_ORM_CHOICE_FAULTS_H_
