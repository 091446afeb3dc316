#pragma once

#include <vector>

#include "ground.hpp"
#include "khien/core/random.hpp"
#include "load.hpp"

// The parts of the sample province, in the order in which they are made.
namespace khien::hub::demo {

// The bodies of the province as they are today, and those that were before: the
// departments that were joined on 2025-03-01, the districts and communes that
// ended on 2025-07-01. Fills ground.units.
Result<void> make_units(Ground& ground);
Result<void> make_provincial_units(Ground& ground);
Result<void> make_communes(Ground& ground);

// Who holds which role of the directives, and since when: the security of the
// province went from one department to the police on 2025-03-01.
Result<void> make_roles(Ground& ground);

// The information systems, kSystems of them, in the proportions of the whole
// country (June 2024): 46 % of level 1, 40 % of 2, 13 % of 3, 0.3 % of 4; 76 %
// approved, 56 % with their plan deployed. And one that was taken down.
Result<void> make_systems(Ground& ground);

// The websites, kSites of them: with a trust label, with one that expired, with
// none; and one site that was taken down.
Result<void> make_sites(Ground& ground);

// Public addresses, all of ranges that are kept for examples (RFC 5737, RFC 3849).
Result<void> make_address_ranges(Ground& ground);

// Who answers for each unit and who is called: some appointments ran out, some
// were followed by another, a few units have nobody.
Result<void> make_contacts(Ground& ground);

// The devices that ought to be there, kDevices of them, and some that were retired.
Result<void> make_devices(Ground& ground);

// One person of each role, and a second administrator: what a person records,
// another approves.
Result<std::vector<SampleAccount>> make_accounts(Ground& ground, Random& random);

}  // namespace khien::hub::demo
