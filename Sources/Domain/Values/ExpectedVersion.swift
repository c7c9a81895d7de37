/// What a caller may expect of a version beside a number: versions count from 1.
package enum ExpectedVersion {
    /// It must not be there.
    package static let none: Int64 = 0
    /// It must be there, whichever version it is.
    package static let any: Int64 = -1
}
