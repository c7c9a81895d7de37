/// A named question about customers, or a list that somebody filled (spec segments.md).
package struct Segment: Hashable, Sendable {
    package typealias ID = Identifier<Segment>

    package var id: ID
    /// What trees and the API call it; it stays as it was made.
    package var code: String
    package var name: String
    package var description: String?
    /// The tree as the API takes it; nil of an audience, whose members are kept.
    package var conditions: String?
    package var version: Int64 = 1
    package var createdAt: Instant
    package var updatedAt: Instant
    /// Since when its members are written down whole, by the tree as it is; nil until then.
    package var filledAt: Instant?

    package init(id: ID, code: String, name: String, createdAt: Instant) {
        (self.id, self.code, self.name) = (id, code, name)
        (self.createdAt, self.updatedAt) = (createdAt, createdAt)
    }

    /// Whether it is a fixed list, and no question.
    package var isAudience: Bool { conditions == nil }

    /// The most segments and audiences of a project.
    package static let limit = 1000
    /// The most characters of a code, a name and a description.
    package static let codeLimit = 64
    package static let nameLimit = 200
    package static let descriptionLimit = 2000

    /// Codes that addresses have for something else.
    package static let reservedCodes: Set<String> = ["fields", "new", "preview"]

    /// Whether a text will do as a code: small letters, digits, `_` and `-`, beginning with a letter or a digit.
    package static func isCode(_ text: String) -> Bool {
        guard let first = text.utf8.first, text.utf8.count <= codeLimit, isPlain(first) else { return false }
        return text.utf8.allSatisfy { isPlain($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") }
    }

    /// A code made of a name: its letters and digits with dashes between, and a number where others have it already.
    package static func code(of name: String, isTaken: (String) -> Bool) -> String {
        let words = SearchTerms.fold(name).split { !$0.isASCII || !($0.isLetter || $0.isNumber) }
        let joined = words.joined(separator: "-").prefix(codeLimit - 5)
        let base = joined.isEmpty ? "segment" : String(joined)
        guard reservedCodes.contains(base) || isTaken(base) else { return base }
        var number = 2
        while isTaken("\(base)-\(number)") { number += 1 }
        return "\(base)-\(number)"
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
    }
}

extension Segment {
    /// How it stands in the audit log.
    package var facts: AuditFacts {
        var facts = ["code": code, "name": name]
        facts["description"] = description
        facts["conditions"] = conditions
        return facts
    }

    package var auditObject: AuditObject { AuditObject(isAudience ? .audience : .segment, code, name: name) }
}

/// What somebody says of a segment or an audience.
package struct SegmentPatch: Hashable, Sendable {
    /// What it is to be called in trees and the API; nil leaves that to the name, or to what is there.
    package var code: String?
    package var name: String?
    package var description: Patch<String> = .keep
    /// The question; nil leaves it as it is.
    package var conditions: Condition?

    package init(code: String? = nil, name: String? = nil, conditions: Condition? = nil) {
        (self.code, self.name, self.conditions) = (code, name, conditions)
    }

    /// Writes what it says, and returns whether anything changed.
    package func apply(to segment: inout Segment, now: Instant) -> Bool {
        let before = segment
        if let name { segment.name = name }
        segment.description = description.applied(to: segment.description)
        if let conditions {
            segment.conditions = conditions.text
            // Who was in it by the tree before is not who is in it now.
            if segment.conditions != before.conditions { segment.filledAt = nil }
        }
        guard segment != before else { return false }
        segment.version += 1
        segment.updatedAt = now
        return true
    }

    /// What is wrong with it: a code or a name that will not do.
    ///
    /// - Parameter base: Where the attributes stand in the request.
    package func faults(base: String, isNew: Bool) -> [Fault] {
        var faults: [Fault] = []
        if let code, !Segment.isCode(code) {
            let detail = "A code has up to \(Segment.codeLimit) small letters, digits, “-” and “_”."
            faults.append(Fault("\(base)/code", "invalid", detail))
        }
        if let code, Segment.reservedCodes.contains(code) {
            faults.append(Fault("\(base)/code", "reserved", "This is the name of something else: take another one."))
        }
        let trimmed = name.map { $0.filter { !$0.isWhitespace } }
        if trimmed?.isEmpty ?? isNew { faults.append(Fault("\(base)/name", "required", "This is required.")) }
        if let name, name.count > Segment.nameLimit {
            faults.append(Fault("\(base)/name", "too_long", "This may have up to \(Segment.nameLimit) characters."))
        }
        if case .set(let text) = description, text.count > Segment.descriptionLimit {
            let detail = "This may have up to \(Segment.descriptionLimit) characters."
            faults.append(Fault("\(base)/description", "too_long", detail))
        }
        return faults
    }
}

/// How many were in a segment on a day.
package struct SegmentSize: Hashable, Sendable {
    package var day: CalendarDay
    package var customers: Int64

    package init(day: CalendarDay, customers: Int64) { (self.day, self.customers) = (day, customers) }
}
