import Database
import Foundation
import Synchronization

/// A database of one test: a file in a directory of its own, or where `REORDER_TEST_DATABASE` names a PostgreSQL server a
/// database there; it goes with the last who holds it.
package final class TestDatabase: Sendable {
    /// The server that the tests use; nil where they use files.
    package static let server = ProcessInfo.processInfo.environment["REORDER_TEST_DATABASE"].flatMap {
        $0.isEmpty ? nil : $0
    }

    /// Whether tests run on the embedded database.
    package static var isEmbedded: Bool { server == nil }

    /// Databases on the server that tests use at one time: tests that wait hold connections all the same.
    private static let limit = 40
    private static let count = Mutex(0)

    /// A database for a test that runs beside others, once there are not too many of them.
    package static func make(from template: TestDatabase? = nil) async throws -> TestDatabase {
        // A test that needs several may wait for itself, so nobody waits for ever.
        for _ in 0..<1000 where server != nil && count.withLock({ $0 }) >= limit {
            try await Task.sleep(for: .milliseconds(30))
        }
        return try TestDatabase(from: template)
    }

    package let directory: TemporaryDirectory
    /// The address of its database on the server; nil where it is a file.
    package let url: String?
    private let name: String

    /// - Parameter template: The database to begin as a copy of; nobody may use it meanwhile.
    package init(from template: TestDatabase? = nil) throws {
        directory = try TemporaryDirectory()
        name = directory.path.split(separator: "/").last.map { $0.replacing("-", with: "_").lowercased() } ?? ""
        guard let server = Self.server else {
            url = nil
            if let template { try Self.copyFiles(from: template.directory.path, to: directory.path) }
            return
        }
        let origin = template.map { " TEMPLATE \($0.name)" } ?? ""
        try DatabaseServer.run("CREATE DATABASE \(name)\(origin)", on: server)
        url = Self.address(of: name, on: server)
        Self.count.withLock { $0 += 1 }
    }

    package var place: Engine.Place { url.map(Engine.Place.server) ?? .file(directory.path + "/reorder.sqlite") }

    deinit {
        guard let server = Self.server else { return }
        // The thread here may be one of the few that all tests share.
        Thread.detachNewThread { [name] in
            do { try DatabaseServer.run("DROP DATABASE IF EXISTS \(name) WITH (FORCE)", on: server) } catch {}
            Self.count.withLock { $0 -= 1 }
        }
    }

    /// The server's address with another name at its end.
    private static func address(of name: String, on server: String) -> String {
        guard var parts = URLComponents(string: server) else { return server }
        parts.path = "/" + name
        return parts.string ?? server
    }

    private static func copyFiles(from: String, to: String) throws {
        for name in try FileManager.default.contentsOfDirectory(atPath: from)
        where name.hasPrefix("reorder.sqlite") && !name.hasSuffix("-shm") {
            try FileManager.default.copyItem(atPath: "\(from)/\(name)", toPath: "\(to)/\(name)")
        }
    }
}
