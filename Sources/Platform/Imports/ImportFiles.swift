import Foundation

/// The files that an import was given, folders opened.
struct ImportFiles {
    /// Every file, with those of a folder in the order of their names.
    let paths: [String]
    /// The files that were named themselves.
    private let named: Set<String>

    init(_ given: [String]) throws {
        var paths: [String] = []
        var named: Set<String> = []
        for path in given {
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
                throw ImportError(.file, file: path, "There is no such file or folder.")
            }
            guard isFolder.boolValue else {
                paths.append(path)
                named.insert(path)
                continue  // only folders hold further files
            }
            paths += try Self.files(in: path)
        }
        (self.paths, self.named) = (paths, named)
    }

    /// The file that a mapping means: by its name, with or without `.gz`.
    func find(_ name: String, for mapping: ImportMapping) throws -> String {
        let wanted = [name, name + ".gz"]
        let found = paths.filter { path in wanted.contains { path == $0 || path.hasSuffix("/" + $0) } }
        if let path = found.first, found.count == 1 { return path }
        guard found.isEmpty else {
            throw ImportError(.file, "“\(name)” may be any of: \(found.joined(separator: ", ")). Give only one.")
        }
        throw ImportError(
            .file, file: mapping.name, "“\(name)” is not among the files. Name it on the command line, or its folder."
        )
    }

    /// Refuses files that were named and that nobody wants, rather than leave them out in silence.
    func requireAllUsed(_ used: [String], by mapping: ImportMapping) throws {
        guard let unused = named.subtracting(used).min() else { return }
        throw ImportError(
            .file, file: unused, "The mapping \(mapping.name) does not name this file. Add it there, or leave it out."
        )
    }

    static func size(_ path: String) throws -> Int {
        do {
            return try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
        } catch {
            throw ImportError(.file, file: path, "It cannot be opened: \(error.localizedDescription)")
        }
    }

    private static func files(in folder: String) throws -> [String] {
        do {
            let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
            return names.filter { !$0.hasPrefix(".") }.map { folder.hasSuffix("/") ? folder + $0 : "\(folder)/\($0)" }
        } catch {
            throw ImportError(.file, file: folder, "The folder cannot be read: \(error.localizedDescription)")
        }
    }
}
