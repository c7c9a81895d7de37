import Foundation

/// Who the user is, and whether anything may be known of them; kept in a small file beside the queue.
struct Identity: Codable, Equatable {
    var anonymousID: String?
    var userID: String?
    var consent: Bool?

    /// Reads what was kept in a folder: nothing where there is no file.
    static func load(from folder: URL) throws -> Identity {
        let file = file(in: folder)
        guard FileManager.default.fileExists(atPath: file.path) else { return Identity() }
        return try JSONDecoder().decode(Identity.self, from: Data(contentsOf: file))
    }

    func save(in folder: URL) throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try JSONEncoder().encode(self).write(to: Self.file(in: folder), options: .atomic)
    }

    /// Removes what was kept in a folder, and nothing else that may be there.
    static func remove(from folder: URL) throws {
        let file = file(in: folder)
        if FileManager.default.fileExists(atPath: file.path) { try FileManager.default.removeItem(at: file) }
    }

    private static func file(in folder: URL) -> URL {
        folder.appending(path: "identity.json")
    }
}
