/// One thing wrong with what was sent: where, what, and how to mend it (spec README, "Errors").
package struct Fault: Hashable, Sendable {
    /// A JSON pointer into the request, such as `/data/attributes/payment/total`.
    package var pointer: String
    /// A stable name of the kind of fault, such as `not_a_number`.
    package var code: String
    /// One sentence for a person.
    package var detail: String

    package init(_ pointer: String, _ code: String, _ detail: String) {
        (self.pointer, self.code, self.detail) = (pointer, code, detail)
    }
}

/// All that is wrong with one attempted write; nothing of it was stored.
package struct Faults: Error, Hashable, Sendable {
    package var all: [Fault]

    package init(_ all: [Fault]) { self.all = all }

    package init(_ pointer: String, _ code: String, _ detail: String) {
        all = [Fault(pointer, code, detail)]
    }
}
