import Database
import Domain
import Foundation
import Segmentation
import Storage

/// A file that a process leaves of its index when it ends, so that the next one need not read all orders.
///
/// It is good only together with a row in the database, which the next process that has the data to itself takes away before it writes
/// anything, so what was written meanwhile is never missing. On a server none is left, since others write too. A process that was killed
/// leaves none, and one that is damaged, or of other fields, is passed over: the index is then built from the database.
struct SegmentSnapshot: Sendable {
    /// A snapshot that was begun.
    struct Beginning: Sendable {
        var token: Int64
        var changeCount: Int
    }

    let file: URL
    /// What good snapshots bear; none where there is none.
    var known: Set<Int64> = []

    private static let store = SegmentKeeperStore()

    init(directory: String, known: Set<Int64> = []) {
        file = URL(fileURLWithPath: directory).appending(path: "segments.index")
        self.known = known
    }

    /// Which snapshots are good of a file that one process has to itself; they are not any more when this returns.
    static func take(_ engine: Engine) async throws -> Set<Int64> {
        guard !engine.isShared else { return [] }
        let known = try engine.read(store.snapshots)
        if !known.isEmpty { try await engine.write { tx in try store.forgetSnapshots(tx) } }
        return known
    }

    /// The index as it was left, with the catalogue as of a transaction; nil where there is none that is good.
    func index(_ reference: ReferenceBoard.Reference, _ tx: Connection) throws -> SegmentIndex? {
        guard !known.isEmpty, FileManager.default.fileExists(atPath: file.path) else { return nil }
        let found: (index: SegmentIndex, place: Int64)
        do {
            found = try SegmentIndex.read(from: file, reference.registry, reference.book)
        } catch {
            // The database has all that the snapshot would.
            return nil
        }
        guard known.contains(found.place) else { return nil }
        var index = found.index
        try SegmentLoader(reference.fields, reference.book, tx).products { index.put($0) }
        return index
    }

    /// Removes the file.
    func remove() throws {
        if FileManager.default.fileExists(atPath: file.path) { try FileManager.default.removeItem(at: file) }
    }

    /// Notes in the database that a snapshot will be left; nil where there is none to leave.
    func begin(_ board: SegmentBoard) -> Beginning? {
        guard !board.engine.isShared, let changeCount = board.settledChangeCount else { return nil }
        let token = board.surroundings.randomBytes(7).reduce(Int64(1)) { $0 << 8 | Int64($1) }
        do {
            try board.engine.writeNow { tx in
                try Self.store.forgetSnapshots(tx)
                try Self.store.leaveSnapshot(token, tx)
            }
        } catch {
            // The next process builds the index from the database.
            return nil
        }
        return Beginning(token: token, changeCount: changeCount)
    }

    /// Writes the snapshot, once nothing can be written any more; none where something was since it was begun.
    func finish(_ beginning: Beginning, _ board: SegmentBoard) {
        guard board.settledChangeCount == beginning.changeCount, let index = board.index else { return }
        do { try index.write(to: file, place: beginning.token) } catch {
            // What is there bears another token, or is damaged: the next process builds the index from the database.
        }
    }
}
