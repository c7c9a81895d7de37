import Foundation

/// What holds for the whole shop.
package struct Project: Hashable, Sendable {
    package var name: String
    /// ISO 4217.
    package var currency: String
    /// The name of the zone that days and times without an offset are in.
    package var timeZoneName: String
    package var inclusionRule: InclusionRule
    /// An order of a customer nobody told of makes a bare one (spec orders.md, rule 4).
    package var createsUnknownCustomers: Bool
    /// An order in a status nobody told of makes one, not included in analytics (spec orders.md, rule 4).
    package var createsUnknownStatuses: Bool
    /// The features that are switched on.
    package var features: Features
    /// Whoever has no second factor is led to set one up before anything else.
    package var requiresSecondFactor: Bool
    /// How many days events of customers are kept.
    package var eventDays = Project.standardEventDays

    package static let standardEventDays: Int64 = 730
    package static let eventDaysRange: ClosedRange<Int64> = 30...3650

    package init(
        name: String, currency: String = "EUR", timeZoneName: String = "UTC", inclusionRule: InclusionRule = .any,
        createsUnknownCustomers: Bool = false, createsUnknownStatuses: Bool = false, features: Features = [],
        requiresSecondFactor: Bool = false
    ) {
        (self.name, self.currency, self.timeZoneName) = (name, currency, timeZoneName)
        self.inclusionRule = inclusionRule
        self.createsUnknownCustomers = createsUnknownCustomers
        self.createsUnknownStatuses = createsUnknownStatuses
        (self.features, self.requiresSecondFactor) = (features, requiresSecondFactor)
    }

    /// The zone; UTC where its name is not known on this machine.
    package var zone: TimeZone { TimeZone(identifier: timeZoneName) ?? .gmt }

    /// What is wrong with the name, the currency or the zone, by field.
    package var faults: [Fault] {
        var faults: [Fault] = []
        if name.trimmingCharacters(in: .whitespaces).isEmpty {
            faults.append(Fault("/project", "required", "Give the project a name."))
        }
        if currency.utf8.count != 3 || !currency.utf8.allSatisfy({ (65...90).contains($0) }) {
            faults.append(Fault("/currency", "not_a_currency", "This must be a code of three letters, such as EUR."))
        }
        if TimeZone(identifier: timeZoneName) == nil {
            faults.append(
                Fault("/time_zone", "not_a_time_zone", "This must be a time zone's name, such as Europe/Lisbon.")
            )
        }
        if !Self.eventDaysRange.contains(eventDays) {
            let range = Self.eventDaysRange
            let detail = "Events are kept \(range.lowerBound) to \(range.upperBound) days."
            faults.append(Fault("/event_days", "out_of_range", detail))
        }
        return faults
    }
}
