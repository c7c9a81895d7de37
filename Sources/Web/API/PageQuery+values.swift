import Domain

extension PageQuery {
    /// The query that the filters make.
    ///
    /// - Throws: 400 that names the filter that will not do.
    func query<Query>(_ read: ([String: String]) throws(Refusal) -> Query) throws -> Query {
        do throws(Refusal) {
            return try read(filters)
        } catch {
            throw Problem.badRequest(error.code, error.detail)
        }
    }

    /// The sort keys that are named; nil where none are.
    ///
    /// - Throws: 400 that names what is unknown.
    func sorts<Key>() throws -> [ListSort<Key>]? {
        guard let sort else { return nil }
        guard let sorts = ListSort<Key>.parse(sort) else {
            let keys = Key.allCases.map(\.rawValue).joined(separator: ", ")
            throw Problem.badRequest("unknown_sort", "Cannot sort by “\(sort)”. Known keys are: \(keys).")
        }
        return sorts
    }
}
