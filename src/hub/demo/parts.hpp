#pragma once

#include <vector>

#include "ground.hpp"
#include "khien/core/random.hpp"

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

// A few firewalls with the software that somebody handed in for them; one official warning,
// confirmed, that some of them are concerned by and others not. Whoever loads has the road
// told of the first, and the book of the second.
Result<void> make_appliances(Ground& ground);
Result<void> make_letter(Ground& ground);

// An agent on most devices that could carry one; some units have only begun.
// Fills ground.machines; what they say comes by the road (told.hpp).
Result<void> make_machines(Ground& ground);

// One person of each role, and administrators: what a person records, another
// approves. Fills ground.people.
Result<std::vector<SampleAccount>> make_accounts(Ground& ground, Random& random);
// Nobody signs in as one of them.
Result<void> disable_accounts(Ground& ground, const std::vector<SampleAccount>& accounts);

// What binds: the shipped directives, and one that the sample province entered, by
// which duties of districts went to communes; a draft and one that waits.
Result<void> make_directives(Ground& ground);

// What was recorded over two years of what each unit owed, with who approved;
// some of it waits, was sent back or taken back, some was not done.
Result<void> make_duty_records(Ground& ground);

// Records of every register, as content/sample/records.yaml has them.
Result<void> make_register_records(Ground& ground);

// Three lists of addresses that were seen in a botnet: some left, one is nobody's.
Result<void> make_botnet_lists(Ground& ground);

// How far systems of level 3 and above meet what their level asks.
Result<void> make_level_plans(Ground& ground);

// Readings of the figures: today's, of the days before, and of the ends of quarters.
Result<void> make_readings(Ground& ground);

// A small file that proves something for the unit, uploaded by `by`.
Result<EvidenceId> make_evidence(Ground& ground, UnitId unit, std::string_view title, UserId by,
                                 Timestamp at);

// The monitoring centre on duty around the clock, and the next holidays of whoever a directive
// binds: most without a gap, some with a hole, a few not begun.
Result<void> make_rosters(Ground& ground);

}  // namespace khien::hub::demo
