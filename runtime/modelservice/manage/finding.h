// What a comparison of two versions of .proto files found.
#ifndef MODELSERVICE_MANAGE_FINDING_H_
#define MODELSERVICE_MANAGE_FINDING_H_

#include <string>

namespace modelservice {

struct Finding {
  // What it is about.
  enum class Part {
    kWire,      // clients of one version, servers of the other
    kDatabase,  // what bringing the tables up to date costs or loses
    kDeploy,    // servers of both versions on one database
  };
  enum class Weight {
    kNote,   // nothing to do but to know it
    kCare,   // right, if it is done as the mend says
    kBreak,  // something that works stops working, or rows are lost
  };

  Part part = Part::kWire;
  Weight weight = Weight::kBreak;
  std::string place;    // "shop.proto:7:3", or the file alone
  std::string element;  // "shop.Customer.email"
  std::string fault;
  std::string mend;
};

}  // namespace modelservice

#endif  // MODELSERVICE_MANAGE_FINDING_H_
