import Domain
import Foundation

/// The machine: rights, disk, memory, time zones.
extension Doctor {
    func directory() -> [Finding] {
        var status = stat()
        guard stat(data, &status) == 0 else { return [] }
        let mode = Int(status.st_mode) & 0o777
        return [
            Finding(
                "data_directory", "\(data) can be written.",
                unless: access(data, R_OK | W_OK | X_OK) != 0
                    || (FileManager.default.fileExists(atPath: databasePath) && access(databasePath, R_OK | W_OK) != 0),
                .problem, "\(data) cannot be written by this user.",
                mend: "Run Reorder as the user who owns it, or give it to this one with chown -R."
            ),
            Finding(
                "data_rights", "Only its owner can read \(data).", unless: mode & 0o077 != 0, .warning,
                "Other users of this machine can read \(data) (its mode is \(String(mode, radix: 8))).",
                mend: "chmod 700 \(data)"
            ),
        ]
    }

    func disk() -> [Finding] {
        var findings: [Finding] = []
        if let (free, total) = Disk.space(at: data) {
            let size = Disk.size(of: databasePath)
            let share = total == 0 ? 0 : free * 100 / total
            let text =
                "\(ByteCount.text(free)) of \(ByteCount.text(total)) are free, the database has \(ByteCount.text(size))."
            let mend = "Free some, or move the data to a larger disk (Docs/operating.md, “Moving to another machine”)."
            if free < 100 << 20 {
                findings.append(Finding("free_space", .problem, "The disk is nearly full: " + text, mend: mend))
            } else if share < 5 || free < size {
                let less = "There is too little space for a backup beside the data, or soon will be: "
                findings.append(Finding("free_space", .warning, less + text, mend: mend))
            } else {
                findings.append(Finding("free_space", .ok, text))
            }
        }
        if let median = flushMicroseconds() {
            let text = "Flushing a write to the disk takes \(Self.milliseconds(median)) ms."
            let mend = "Use a local SSD; writes wait for the disk, some hundred share one flush."
            let level: Finding.Level = median > 500_000 ? .problem : median > 50_000 ? .warning : .ok
            findings.append(Finding("flush_speed", level, text, mend: level == .ok ? "" : mend))
        } else {
            findings.append(
                Finding(
                    "flush_speed", .problem, "A small file could not be written and flushed in \(data).",
                    mend: "Free some space, or look at the rights.")
            )
        }
        return findings
    }

    func machine() -> [Finding] {
        var findings = [
            Finding(
                "time_zones", "The machine knows the rules of time zones.", unless: !Self.knowsTimeZones, .problem,
                "The machine lacks the rules of time zones, so days would begin at wrong hours.",
                mend: "Install them: apt-get install tzdata."
            )
        ]
        if let available = Self.availableMemory {
            findings.append(
                Finding(
                    "memory", "\(ByteCount.text(available)) of memory are available.", unless: available < 256 << 20,
                    .warning, "Only \(ByteCount.text(available)) of memory are available.",
                    mend: "Stop what else runs here, or give the machine more: a million orders need about 300 MB."
                )
            )
        }
        var limit = rlimit()
        if getrlimit(Self.openFiles, &limit) == 0 {
            findings.append(
                Finding(
                    "open_files", "\(limit.rlim_cur) files and connections may be open.", unless: limit.rlim_cur < 1024,
                    .warning, "Only \(limit.rlim_cur) files and connections may be open at once.",
                    mend: "Raise it: ulimit -n 65536, or LimitNOFILE=65536 in the systemd unit."
                )
            )
        }
        return findings
    }

    /// The median of some flushes of a page, in microseconds; nil where they are refused.
    private func flushMicroseconds() -> Int64? {
        let path = data + "/.doctor"
        let descriptor = open(path, O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return nil }
        defer {
            close(descriptor)
            unlink(path)
        }
        let page = [UInt8](repeating: 0x2a, count: 4096)
        var spans: [Int64] = []
        for _ in 0..<9 {
            let start = ContinuousClock.now
            guard write(descriptor, page, page.count) == page.count, fsync(descriptor) == 0 else { return nil }
            let span = (ContinuousClock.now - start).components
            spans.append(span.seconds * 1_000_000 + span.attoseconds / 1_000_000_000_000)
        }
        return spans.sorted()[spans.count / 2]
    }

    private static func milliseconds(_ microseconds: Int64) -> String {
        "\(microseconds / 1000).\(microseconds % 1000 / 100)"
    }

    private static var knowsTimeZones: Bool {
        // One in summer time and one that is not whole hours away: a machine without rules knows neither.
        let summer = Instant(milliseconds: 1_782_864_000_000).date
        return TimeZone(identifier: "Europe/Lisbon")?.secondsFromGMT(for: summer) == 3600
            && TimeZone(identifier: "Asia/Kolkata")?.secondsFromGMT(for: summer) == 19_800
    }

    /// Bytes that programs may still take; nil where the system does not say.
    private static var availableMemory: Int64? {
        guard let text = try? String(contentsOfFile: "/proc/meminfo", encoding: .utf8),
            let line = text.firstMatch(of: /MemAvailable:\s+(\d+) kB/), let kilobytes = Int64(line.1)
        else { return nil }
        return kilobytes * 1024
    }

    #if canImport(Glibc)
    private static let openFiles = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    #else
    private static let openFiles = RLIMIT_NOFILE
    #endif
}

extension Instant {
    fileprivate var date: Date { Date(timeIntervalSince1970: Double(milliseconds) / 1000) }
}
