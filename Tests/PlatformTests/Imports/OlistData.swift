import Foundation

/// The real orders that tests read where they lie; none of them is in the repository (shared/data/README.md).
enum OlistData {
    /// The folder of the data set, or nil where it is not.
    static let folder: String? = {
        let folder = RepositoryFiles.path("../shared/data/olist")
        return FileManager.default.fileExists(atPath: folder) ? folder : nil
    }()

    /// Where a fixture of this data set lies.
    static func fixture(_ name: String) -> String { RepositoryFiles.path("Tests/Fixtures/olist/\(name)") }
}

/// Files of the repository that tests read.
enum RepositoryFiles {
    /// The path of a file, named from the root of the repository.
    static func path(_ name: String) -> String { root.appending(path: name).standardizedFileURL.path() }

    /// The folder, above this file, that has both the manifest and the fixtures.
    private static let root: URL = {
        let file = URL(filePath: #filePath).resolvingSymlinksInPath()
        var folder = file.deletingLastPathComponent()
        while folder.path() != "/" {
            let marks = ["Package.swift", "Tests/Fixtures"]
            if marks.allSatisfy({ FileManager.default.fileExists(atPath: folder.appending(path: $0).path()) }) {
                return folder
            }
            folder.deleteLastPathComponent()
        }
        return file
    }()
}
