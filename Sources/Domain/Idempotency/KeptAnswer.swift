/// An answer to a write, kept for its repetitions.
package struct KeptAnswer: Hashable, Sendable {
    package var status: Int
    /// Names and values, `name: value`, a line each.
    package var headers: String
    package var body: String

    package init(status: Int, headers: String, body: String) {
        (self.status, self.headers, self.body) = (status, headers, body)
    }
}
