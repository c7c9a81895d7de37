import Foundation

/// What is asked of the file system, in one place.
package enum Disk {
    /// The size of a file in bytes; 0 where there is none.
    package static func size(of path: String) -> Int64 {
        var status = stat()
        return stat(path, &status) == 0 ? Int64(status.st_size) : 0
    }

    /// Bytes that a program may still write where `path` is; nil where that cannot be told.
    package static func free(at path: String) -> Int64? { space(at: path)?.free }

    /// Bytes that a program may still write where `path` is, and all there are.
    package static func space(at path: String) -> (free: Int64, total: Int64)? {
        var status = statvfs()
        guard statvfs(path, &status) == 0 else { return nil }
        let unit = Int64(status.f_frsize)
        return (Int64(status.f_bavail) * unit, Int64(status.f_blocks) * unit)
    }

    /// Forces a file, or the names in a folder, to the disk.
    ///
    /// - Throws: `Backup.Failure.cannotWrite`.
    package static func flush(_ path: String) throws {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(path) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw failure(path) }
    }

    /// Gives a file another name in one step, replacing what has it, and makes the names safe.
    ///
    /// - Throws: `Backup.Failure.cannotWrite`.
    package static func rename(_ path: String, to name: String) throws {
        guard Foundation.rename(path, name) == 0 else { throw failure(name) }
        let folder = (name as NSString).deletingLastPathComponent
        try flush(folder.isEmpty ? "." : folder)
    }

    /// Writes a small file whole: a reader sees what was before or all of it.
    ///
    /// - Throws: `Backup.Failure.cannotWrite`.
    package static func write(_ bytes: [UInt8], to path: String) throws {
        let part = path + ".part"
        guard
            FileManager.default.createFile(
                atPath: part, contents: Data(bytes), attributes: [.posixPermissions: 0o600]
            )
        else { throw failure(part) }
        try flush(part)
        try rename(part, to: path)
    }

    private static func failure(_ path: String) -> Backup.Failure {
        .cannotWrite(path, reason: String(cString: strerror(errno)))
    }
}

/// Sizes as a person reads them.
package enum ByteCount {
    /// `812 B`, `3.4 MB`.
    package static func text(_ bytes: Int64) -> String {
        var (size, unit) = (bytes * 10, 0)
        let units = ["B", "kB", "MB", "GB", "TB"]
        while size >= 10_000, unit < units.count - 1 { (size, unit) = (size / 1000, unit + 1) }
        return unit == 0 ? "\(bytes) B" : "\(size / 10).\(size % 10) \(units[unit])"
    }
}
