#pragma once

#include "khien/core/id.hpp"

namespace khien {

using TenantId = Id<struct TenantTag>;            // a province, or a body with its own hub
using UnitId = Id<struct UnitTag>;                // a node of the tenant's unit tree
using MachineId = Id<struct MachineTag>;          // a machine with an agent
using UserId = Id<struct UserTag>;                // a person
using FindingId = Id<struct FindingTag>;          // a claim, however often seen
using ObservationId = Id<struct ObservationTag>;  // a fact: its position in the ledger
using EnrolmentTokenId = Id<struct EnrolmentTokenTag>;
using UnitRoleId = Id<struct UnitRoleTag>;          // a role that a unit holds from a day on
using SystemId = Id<struct SystemTag>;              // an information system, as the law has it
using DeviceId = Id<struct DeviceTag>;              // a device that ought to exist, agent or not
using SiteId = Id<struct SiteTag>;                  // a website
using AddressRangeId = Id<struct AddressRangeTag>;  // public addresses of a unit
using ContactId = Id<struct ContactTag>;            // a person to be called
using ImportId = Id<struct ImportTag>;              // a list that was uploaded and previewed
using EvidenceId = Id<struct EvidenceTag>;              // a file that proves something
using DutyRecordId = Id<struct DutyRecordTag>;          // somebody says a duty was done
using RegisterRecordId = Id<struct RegisterRecordTag>;  // one version of a record of a register
using PageEvidenceId = Id<struct PageEvidenceTag>;      // what visitors got for one page, kept
using SiteCaseId = Id<struct SiteCaseTag>;              // a site that was altered, until it stays clean
using DirectiveId = Id<struct DirectiveTag>;            // a line of a tenant's register of directives

}  // namespace khien
