import Domain
import Foundation
import Testing

/// `Docs/roles.md` is the table of the code; `REORDER_WRITE_DOCS=1` writes it anew.
struct RolesDocumentTests {
    private static let document = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../../Docs/roles.md").standardizedFileURL

    private static var text: String {
        let roles = User.Role.allCases
        var lines = [
            "# Roles and permissions", "",
            "Each page and button asks for a permission; a role is a set of permissions. Only owners make, change or remove",
            "owners, and a project always has one. Without *see personal data unmasked* names, emails, phones, addresses and",
            "metadata are masked, and lists are searched by numbers and identifiers only: whoever could search by a masked email would",
            "learn whose it is. API keys have scopes instead (`reorder key create --help`).",
            "",
            "This table is written from the code (`Sources/Domain/Accounts/Permission.swift`), and a test compares them.",
            "",
            "| May | \(roles.map(\.name).joined(separator: " | ")) |",
            "| --- |\(roles.map { _ in " --- |" }.joined())",
        ]
        for permission in Permission.allCases {
            let marks = roles.map { $0.may(permission) ? "✓" : " " }
            lines.append("| \(permission.name) | \(marks.joined(separator: " | ")) |")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    @Test func `the document is the table of the code`() throws {
        if ProcessInfo.processInfo.environment["REORDER_WRITE_DOCS"] == "1" {
            try FileManager.default.createDirectory(
                at: Self.document.deletingLastPathComponent(), withIntermediateDirectories: true
            )
            try Data(Self.text.utf8).write(to: Self.document)
        }
        #expect(try String(contentsOf: Self.document, encoding: .utf8) == Self.text)
    }

    @Test func `only owners touch owners`() {
        #expect(User.Role.owner.mayManage(.owner))
        #expect(!User.Role.administrator.mayManage(.owner))
        #expect(User.Role.administrator.mayManage(.administrator))
        for role in User.Role.allCases where role != .owner && role != .administrator {
            #expect(User.Role.allCases.allSatisfy { !role.mayManage($0) })
        }
    }
}
