import Foundation
import TestSupport
import Testing

/// The rules that let rows be spread over machines, as `Scripts/check-statements.py` holds statements to them.
enum StatementRules {
    /// What the script finds wrong with statements, a line each.
    static func findings(_ statements: [String]) throws -> String {
        let folder = try TemporaryDirectory()
        let file = folder.path + "/statements.txt"
        try statements.sorted().joined(separator: "\n----\n").write(toFile: file, atomically: true, encoding: .utf8)
        let script = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../../Scripts/check-statements.py").path()
        let (process, output) = (Process(), Pipe())
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", script, file]
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let text = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return String(decoding: text, as: UTF8.self)
    }
}

struct StatementRuleTests {
    @Test(arguments: [
        ("SELECT o.id FROM orders AS o JOIN customer AS c ON c.id = o.customer_id", "not by bucket"),
        (
            "SELECT id FROM orders WHERE EXISTS (SELECT 1 FROM order_line AS l WHERE l.order_id = orders.id)",
            "EXISTS asks"
        ),
        ("UPDATE orders SET unit = $1 WHERE id = $2", "does not say the bucket"),
        ("UPDATE orders SET bucket = $1 WHERE bucket = $2 AND id = $3", "does not change its bucket"),
        (
            """
            INSERT INTO customer_figures (bucket, customer_id, order_count) VALUES ($1, $2, 0)
            ON CONFLICT (bucket, customer_id) DO UPDATE SET order_count = (SELECT count(*) FROM orders)
            """, "DO UPDATE cannot ask"
        ),
        ("SELECT id FROM orders WHERE id = $1 FOR UPDATE", "locked within one bucket"),
        (
            "WITH gone AS (DELETE FROM order_line WHERE bucket = $1 RETURNING order_id) SELECT 1 FROM gone",
            "within WITH"
        ),
        ("WITH RECURSIVE t AS (SELECT id FROM orders UNION ALL SELECT 1) SELECT 1 FROM t", "recursive"),
        ("SELECT customer_id FROM orders GROUP BY GROUPING SETS ((customer_id), ())", "GROUPING SETS"),
        ("DELETE FROM event WHERE bucket = $1 AND arrived_ms < now()", "come from the program"),
        ("SELECT 1 FROM session AS s JOIN orders AS o ON o.bucket = s.user_id", "make it a reference table"),
    ])
    func `a statement that Citus refuses is told of`(_ statement: String, _ finding: String) throws {
        let findings = try StatementRules.findings([statement])
        #expect(findings.contains(finding))
        #expect(findings.split(separator: "\n").count == 1)
    }

    @Test func `what follows the rules is not`() throws {
        #expect(
            try StatementRules.findings([
                "SELECT o.id FROM orders AS o JOIN customer AS c ON c.bucket = o.bucket AND c.id = o.customer_id",
                "UPDATE orders SET unit = $1 WHERE bucket = $2 AND id = $3",
                "SELECT id FROM webhook_delivery WHERE bucket = $1 AND state = 'due' FOR UPDATE",
            ]) == "")
    }
}
