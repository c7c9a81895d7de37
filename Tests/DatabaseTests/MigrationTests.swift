import Crypto
import Database
import Foundation
import Storage
import TestSupport
import Testing

struct MigrationTests {
    /// The steps as they were merged: a step is never edited, a new one is added (CONTRIBUTING.md, "Migrations").
    private static let merged = [
        "0001-orders": "fc9cb3c07f7609fbe461ac3ef095a310cea5fc6131331b58b62e9b4535f72bc9",
        "0002-fields": "b54f2ca041d7d6b085f9265ff5fd3711742fd2fae9b18e4a493a6a762998c5a2",
        "0003-receipts": "a91eed2327b906a4d9c1648888d5d2889a920aec93254f61f844df6c1bee2e7c",
        "0004-customers": "266538a569bf7c336d4f94e225f4ac7b37918e3e4542180e9f3a70dd670eb7f2",
        "0005-exports": "4fb400465b0ba3e9aaa6d66c30ea8e44180438863d6f2c6a98f77b3d4b0d4c69",
        "0006-connectors": "e2b9dfb26be29c74dcd7bafc8e97103651b3ceb74e9ac4d42a25adb4b272f8df",
        "0007-webhooks": "e4d4b0e32b8c01993d5a6d6b0fe5446482b2ad06dc3a11c7b54904d115e4a56d",
        "0008-people": "e8eb808fd903add470903a073d06e8f19a0cbc9947f6632486cb3ceed9d77354",
        "0009-idempotency": "b02421b661c8f6649d17fe5129ff898cd9eea01cd7a3818f8cb2d388c8b19b46",
        "0010-webhook-secrets": "d3711a03a7f1a0560c3952e4da7428893b3ee8ff1ebc7f6fc445cef77915060d",
        "0011-nodes": "fde09801a9eead41798fa265469a578c213bf0157eb8da8c393bb9ab55060d09",
        "0012-run-files": "7326903b0a9fc80cecd108eddd0f57c2a6aefabb67c927c996d25d96a9a3fafa",
        "0013-indexes": "546c8e33dcfa1554a0525e7d9a6d0e771ee929fe9657f652563e658c2d19ba96",
        "0014-segments": "3359c946ea816f41d320affc8e9e8f091133e5bd2955d8d48862f5df1609e707",
        "0015-segment-functions": "c34b21169698299f9b0cd29008ddcc65c7b0f32574ebf22416b1d0daa1a1ff34",
        "0016-tracking": "43eec4279517480f35ba8da37c28c6d577e71c2f67c5ecf3698f9afedf5f6c2a",
        "0017-containers": "2853f8f0a8af9f674a22e89ed1f6215f684c3613d896ed5b056ccfad3e7dd8e5",
        "0018-segment-context": "d89137d5db9cc10a765130f3b6f5ebe84ddbb6dfd37470a58f06b12fc40876cf",
        "0019-erased-senders": "b6bede4d3574fee1f0ed5a5b6f87237bca4618af57c32dfdfd58f7fd48bbc21d",
        "0020-write-keys": "3d20469026f51718bb857afdb7bb0a2ecde12e74e196bcffb281245a80727f20",
    ]

    @Test func `merged migrations are as they were`() throws {
        for migration in try Migrations.all() {
            let hash = SHA256.hash(data: Data(migration.sql.utf8)).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
                .joined()
            #expect(Self.merged[migration.name] == hash, "\(migration.name)")
        }
        #expect(try Migrations.all().map(\.name) == Self.merged.keys.sorted())
    }

    @Test func `steps are applied once, in order, and are kept track of`() async throws {
        let database = try TestDatabase()
        let engine = try Engine(database.place)
        let steps = [
            Migration(name: "0001-a", sql: "CREATE TABLE a (id BIGINT NOT NULL, PRIMARY KEY (id));\n"),
            Migration(
                name: "0002-b",
                sql: "CREATE TABLE b (bucket BIGINT NOT NULL, a_id BIGINT NOT NULL, PRIMARY KEY (bucket, a_id));\n"),
        ]
        #expect(try await Migrator.migrate(engine, [steps[0]], nowMs: 1) == ["0001-a"])
        #expect(try await Migrator.migrate(engine, steps, nowMs: 2) == ["0002-b"])
        #expect(try await Migrator.migrate(engine, steps, nowMs: 3) == [])
        #expect(try Migrator.applied(engine) == ["0001-a", "0002-b"])
        engine.stop()
    }

    @Test func `a step that fails leaves nothing of itself`() async throws {
        let database = try TestDatabase()
        let engine = try Engine(database.place)
        let step = Migration(
            name: "0001-a",
            sql: "CREATE TABLE a (id BIGINT NOT NULL, PRIMARY KEY (id));\nINSERT INTO nowhere VALUES (1);\n")
        await #expect(throws: DatabaseError.self) { try await Migrator.migrate(engine, [step], nowMs: 1) }
        #expect(try Migrator.applied(engine) == [])
        #expect(
            try engine.read { tx in
                try tx.rows(SQL(stringLiteral: tx.dialect.tables)) { $0.text(0) }.filter { $0 == "a" }
            } == [])
        engine.stop()
    }

    @Test func `a newer database is refused`() async throws {
        let database = try TestDatabase()
        let engine = try Engine(database.place)
        let step = Migration(name: "9999-future", sql: "CREATE TABLE a (id BIGINT NOT NULL, PRIMARY KEY (id));\n")
        _ = try await Migrator.migrate(engine, [step], nowMs: 1)
        await #expect(throws: Migrator.Failure.newerDatabase(unknown: ["9999-future"])) {
            try await Migrator.migrate(engine, try Migrations.all(), nowMs: 2)
        }
        #expect(try Migrator.applied(engine) == ["9999-future"])
        engine.stop()
    }

    @Test(.enabled(if: TestDatabase.isEmbedded))
    func `rows of every table are kept in the order that serves SQLite`() async throws {
        let database = try TestDatabase()
        let engine = try Engine(database.place)
        _ = try await Migrator.migrate(engine, try Migrations.all(), nowMs: 1)
        let tables = try engine.read { tx in
            try tx.rows("SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name <> 'migration'") {
                ($0.text(0), $0.text(1))
            }
        }
        #expect(tables.count >= 14)
        for (name, sql) in tables {
            #expect(sql.contains("INTEGER PRIMARY KEY") || sql.contains("WITHOUT ROWID"), "\(name)")
        }
        engine.stop()
    }
}
