/// What is written along with the next writes of a task, each time in their transaction.
///
/// So a fact about a call is on disk with what the call changed, or neither is, whichever service the call uses.
package enum Alongside {
    /// Runs after a write's body, in its transaction, and is told whether the body wrote anything; an error refuses the
    /// write as one of its own would.
    @TaskLocal package static var statement: (@Sendable (Connection, _ hasWritten: Bool) throws -> Void)?
}
