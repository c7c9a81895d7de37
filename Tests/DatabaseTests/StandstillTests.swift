import Database
import Foundation
import TestSupport
import Testing

/// A process that stands still in the middle of its turn to write, as on a machine that was put to sleep.
@Suite(
    .enabled(if: !TestDatabase.isEmbedded, "Needs a server: set REORDER_TEST_DATABASE."),
    .enabled(if: TestCluster.isPossible, "Needs PostgreSQL's own programs.")
)
struct StandstillTests {
    @Test(.timeLimit(.minutes(3)))
    func `a process that stands still while it sends rows loses its turn to the others`() async throws {
        // Its own, since meanwhile no other test's database could be removed.
        let cluster = try await TestCluster()
        let engine = try Engine(.server(cluster.url))
        try await engine.write { tx in try tx.script("CREATE TABLE item (name TEXT NOT NULL)") }
        let (other, input) = (Process(), Pipe())
        other.executableURL = URL(filePath: TestCluster.program("psql"))
        other.arguments = ["--quiet", "--no-psqlrc", cluster.url]
        (other.standardInput, other.standardOutput, other.standardError) = (
            input, FileHandle.nullDevice, FileHandle.nullDevice
        )
        try other.run()
        defer { other.terminate() }
        // It goes on waiting for rows, and the server for it.
        let words = "BEGIN;\nSELECT pg_advisory_xact_lock(5283014096);\nCOPY item FROM STDIN;\n"
        try input.fileHandleForWriting.write(contentsOf: Data(words.utf8))
        try await waitUntil {
            try engine.read { tx in
                try tx.first(
                    "SELECT 1 FROM pg_stat_activity WHERE query LIKE 'COPY item%' AND wait_event = 'ClientRead'"
                ) {
                    _ in true
                } ?? false
            }
        }
        try await engine.write { tx in try tx.run("INSERT INTO item (name) VALUES ('mine')") }
        let names = try engine.read { tx in try tx.rows("SELECT name FROM item") { $0.text(0) } }
        #expect(names == ["mine"])
        engine.stop()
    }
}
