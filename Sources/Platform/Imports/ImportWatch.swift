import Domain
import Synchronization

/// The state of a run after its last batch, for whoever must say how far it came.
final class Latest: Sendable {
    private let latest: Mutex<ImportRun>

    init(_ run: ImportRun) { latest = Mutex(run) }

    var run: ImportRun { latest.withLock { $0 } }

    func set(_ run: ImportRun) { latest.withLock { $0 = run } }
}

/// The first rows that a dry run refuses: they are kept aside, since the run itself keeps nothing.
final class DryRefused: Sendable {
    /// More than anybody reads; the file is to be mended before it is imported.
    private static let limit = 1000

    private let kept = Mutex<[RefusedItem]>([])

    var items: [RefusedItem] { kept.withLock { $0 } }

    func add(_ rows: [ImportService.Refused], _ run: ImportRun) {
        kept.withLock { kept in
            for row in rows where kept.count < Self.limit {
                kept.append(ImportService.kept(row, Int64(kept.count + 1)))
            }
        }
    }
}
