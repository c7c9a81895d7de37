import Database
import Domain
import Storage

extension FieldService {
    /// Some of the texts that objects have in a field, which begin with a text however it is capitalised.
    package func values(of field: CustomField, from begin: String, limit: Int) throws -> [String] {
        let ways: Set<String> = [
            begin, begin.lowercased(), begin.uppercased(), begin.prefix(1).uppercased() + begin.dropFirst(),
        ]
        return try engine.read { tx in
            let found = try ways.flatMap { begin in
                try CustomValueStore(field.object).texts(of: field.id, from: begin, limit: limit, tx)
            }
            return Array(Set(found).sorted().prefix(limit))
        }
    }
}
