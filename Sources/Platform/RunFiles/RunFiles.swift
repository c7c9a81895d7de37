import Database
import Domain
import Foundation
import Storage

/// Files of imports and exports in the database, where any node may have to go on with a run (ARCHITECTURE.md, "Many
/// nodes").
package struct RunFiles: Sendable {
    let engine: Engine
    let surroundings: Surroundings
    private let store = RunFileStore()

    /// Bytes of a part, each of which is a transaction: other writes wait no longer than one takes.
    private static let partBytes = 512 << 10
    /// What nobody wants goes after so long; what is written just now has no run yet.
    private static let straySeconds: Int64 = 86_400

    init(_ engine: Engine, _ surroundings: Surroundings) { (self.engine, self.surroundings) = (engine, surroundings) }

    /// Whether files are kept here, and not in the data directory alone.
    var areUsed: Bool { engine.isShared }

    /// Brings a file in, under a name that no other has had.
    ///
    /// - Throws: `DatabaseError`, and the file system's errors.
    func store(_ path: String, as name: String) async throws {
        let handle = try FileHandle(forReadingFrom: URL(filePath: path))
        defer { do { try handle.close() } catch {} }
        var part: Int64 = 0
        while true {
            try Task.checkCancellation()
            let bytes = Array(try handle.read(upToCount: Self.partBytes) ?? Data())
            // A file that holds nothing has one part all the same.
            if bytes.isEmpty, part > 0 { return }
            try await engine.write { [store, surroundings, part] tx in
                try store.add(part, of: name, bytes, at: surroundings.now(), tx)
            }
            part += 1
        }
    }

    /// The bytes of a part; nil behind the last one.
    package func part(_ part: Int64, of name: String) async throws -> [UInt8]? {
        try await engine.readLong { [store] tx in try store.part(part, of: name, tx) }
    }

    /// Brings a file out to where there is none yet; does nothing where the database does not know it.
    func fetch(_ name: String, to path: String) async throws {
        guard var bytes = try await part(0, of: name) else { return }
        // Several may fetch it at the same time: it has its name once it is whole.
        let aside = "\(path).\(surroundings.token(length: 8)).part"
        do {
            let output = try ExportOutput(path: aside)
            var next: Int64 = 1
            while true {
                try Task.checkCancellation()
                try output.write(bytes)
                guard let more = try await part(next, of: name) else { break }
                (bytes, next) = (more, next + 1)
            }
            guard rename(aside, path) == 0 else {
                throw ExportError.disk("The file \(path) cannot be made: \(String(cString: strerror(errno)))")
            }
        } catch {
            do { try FileManager.default.removeItem(atPath: aside) } catch {}
            throw error
        }
    }

    func remove(_ name: String) async throws {
        try await engine.write { [store] tx in try store.remove(name, tx) }
    }

    /// Removes what was brought in a day ago and is not wanted.
    func clear(except wanted: (Connection) throws -> Set<String>) async throws {
        guard areUsed else { return }
        let before = surroundings.now().adding(seconds: -Self.straySeconds)
        let stray = try engine.read { tx in
            let wanted = try wanted(tx)
            return try store.names(before: before, tx).filter { !wanted.contains($0) }
        }
        for name in stray { try await remove(name) }
    }
}
