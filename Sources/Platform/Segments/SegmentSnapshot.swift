import Database
import Domain
import Foundation
import Segmentation
import Storage

/// A file that a process leaves of its index, now and then and when it ends, so that the next one need not read all orders.
///
/// It is good together with a row in the database that says up to which turn it is; what was told since, by whichever process, is taken
/// in from the database. One that is damaged, of other fields or statuses, unknown to the database, or too old is passed over: the
/// index is then built from the database.
struct SegmentSnapshot: Sendable {
    /// What is left: the index, and the turn up to which it is good.
    struct Leaving: Sendable {
        var index: SegmentIndex
        var place: Int64
        var changeCount: Int
        /// How often somebody had been erased.
        var stains: Int
    }

    /// What a process before left, brought up to a transaction.
    struct Found: Sendable {
        var index: SegmentIndex
        var token: Int64
        var place: Int64
        /// Whether somebody is gone since, whose words the index may still have.
        var isStained: Bool
    }

    /// Things that changed since; of more the index is built anew, which is faster than to look each up.
    private static let limit = 200_000
    private static let store = SegmentKeeperStore()

    private let file: URL
    /// What is being written is no snapshot yet.
    private var next: URL { file.appendingPathExtension("next") }

    init(directory: String) { file = URL(fileURLWithPath: directory).appending(path: "segments.index") }

    /// The index as it was left with all that came since, as of a transaction; nil where there is none that is good.
    func read(_ reference: ReferenceBoard.Reference, at now: Instant, _ tx: Connection) throws -> Found? {
        guard FileManager.default.fileExists(atPath: file.path) else { return nil }
        let found: (index: SegmentIndex, place: Int64)
        do {
            found = try SegmentIndex.read(from: file, reference.indexed, reference.book)
        } catch {
            // The database has all that the snapshot would.
            return nil
        }
        guard let place = try Self.store.place(ofSnapshot: found.place, tx),
            let messages = try tx.messages(since: place)
        else { return nil }
        var news = NodeNews(messages)
        let count = [news.orders, news.customers, news.receipts, news.events, news.owners].reduce(0) { $0 + $1.count }
        guard count <= Self.limit, !news.hasOtherGround else { return nil }
        // Whatever became of them, they are read whole.
        (news.hasProducts, news.audiences) = (false, [])
        var live = LiveSegments(found.index, reference.calendar, at: now)
        try live.changeIndex { index in
            try SegmentLoader(reference.fields, reference.book, tx).products { index.put($0) }
        }
        let orders = live.index.owners(ofOrders: news.orders)
        let receipts = live.index.owners(ofReceipts: news.receipts)
        let changes = try SegmentReader(reference, tx).changes(news).map { change in
            change.placed({ orders[$0.rawValue] }, { receipts[$0.rawValue] })
        }
        _ = live.together(at: now) { live in changes.flatMap { live.take($0, isReplay: true, at: now) } }
        return Found(
            index: live.index, token: found.place, place: place, isStained: changes.contains { $0.isOfGoneCustomer })
    }

    /// Removes what was left, and what is being written.
    func remove() throws {
        for file in [file, next, next.appendingPathExtension("unfinished")]
        where FileManager.default.fileExists(atPath: file.path) {
            try FileManager.default.removeItem(at: file)
        }
    }

    /// Writes the index beside the snapshot that there is.
    func write(_ index: SegmentIndex, _ token: Int64) throws { try index.write(to: next, place: token) }

    /// Puts what was written in the place of the snapshot that there is.
    func replace() throws {
        guard rename(next.path, file.path) == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
    }
}
