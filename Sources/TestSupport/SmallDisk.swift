import Foundation

/// A file system in memory that is soon full.
package final class SmallDisk: Sendable {
    package let path: String
    private let directory: TemporaryDirectory

    /// Whether this process may make one.
    package static var isPossible: Bool {
        guard geteuid() == 0, let disk = try? SmallDisk(megabytes: 1) else { return false }
        return FileManager.default.fileExists(atPath: disk.path)
    }

    package init(megabytes: Int) throws {
        directory = try TemporaryDirectory()
        path = directory.path + "/disk"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        try Self.run("mount", ["-t", "tmpfs", "-o", "size=\(megabytes)m", "tmpfs", path])
    }

    deinit {
        do { try Self.run("umount", ["-l", path]) } catch {}
    }

    /// Takes all the space that is left, or all but so much.
    package func fill(leavingKilobytes left: Int = 0) throws {
        let file = path + "/ballast"
        if !FileManager.default.fileExists(atPath: file) {
            _ = FileManager.default.createFile(atPath: file, contents: nil)
        }
        let handle = try FileHandle(forWritingTo: URL(filePath: file))
        try handle.seekToEnd()
        for size in [1 << 20, 4096] {
            let block = Data(repeating: 0, count: size)
            do { while true { try handle.write(contentsOf: block) } } catch {}
        }
        if left > 0 {
            let size = try handle.offset()
            try handle.truncate(atOffset: size > UInt64(left) * 1024 ? size - UInt64(left) * 1024 : 0)
        }
        try handle.close()
    }

    package func free() throws { try FileManager.default.removeItem(atPath: path + "/ballast") }

    private static func run(_ program: String, _ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [program] + arguments
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw CocoaError(.fileWriteUnknown) }
    }
}
