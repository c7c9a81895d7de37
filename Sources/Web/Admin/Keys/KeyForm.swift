import Domain
import Platform

/// What the form of a key says.
struct KeyForm {
    var name: String
    var scopes: Set<Scope>
    var expiresAt: Instant?
    var requestsPerSecond: Int?
    private(set) var faults = FormFaults()

    static let endings: [(days: Int64, text: String)] = [
        (0, "Never"), (30, "In 30 days"), (90, "In 90 days"), (365, "In a year"),
    ]

    init(_ form: FormBody, now: Instant) {
        name = form["name"] ?? ""
        scopes = Set(form.all("scopes").compactMap(Scope.init))
        if let days = form["expires"].flatMap(Int64.init), days > 0 {
            expiresAt = now.adding(seconds: min(days, 3650) * 86_400)
        }
        if let text = form["requests_per_second"] {
            requestsPerSecond = Int(text)
            if requestsPerSecond == nil {
                faults.add("requests_per_second", "This must be a whole number, such as 100.")
            }
        }
        if scopes.isEmpty { faults.add("scopes", "Choose at least one.") }
    }
}

/// How long a key that was rotated is still taken.
enum KeyOverlap: String, CaseIterable {
    case none, hour, day, week

    var seconds: Int64 {
        switch self {
        case .none: 0
        case .hour: 3600
        case .day: 86_400
        case .week: 7 * 86_400
        }
    }

    var text: String {
        switch self {
        case .none: "At once"
        case .hour: "In an hour"
        case .day: "In a day"
        case .week: "In a week"
        }
    }

    var sentence: String {
        switch self {
        case .none: "The old key has ended."
        case .hour: "The old key is taken for another hour."
        case .day: "The old key is taken for another day."
        case .week: "The old key is taken for another week."
        }
    }
}
