package dev.gantry.installers;

import java.util.List;
import java.util.Optional;

/// The forms in which the program is handed out.
public enum PackageType {
    /// A folder to unpack anywhere.
    TAR(Platform.Family.LINUX),
    /// For Debian, Ubuntu and their kin.
    DEB(Platform.Family.LINUX),
    /// For Fedora, openSUSE and their kin.
    RPM(Platform.Family.LINUX),
    /// For Windows; `wix.exe` of WiX 4 and later, or `candle.exe` and `light.exe` of WiX 3.
    MSI(Platform.Family.WINDOWS),
    /// For macOS.
    DMG(Platform.Family.MAC);

    private final Platform.Family family;

    PackageType(Platform.Family family) {
        this.family = family;
    }

    /// The types of a system, all that can be asked for there.
    static List<PackageType> of(Platform.Family family) {
        return List.of(values()).stream().filter(type -> type.family == family).toList();
    }

    /// The program that is not on this machine and without which this type cannot be made.
    Optional<String> missingTool() {
        return switch (this) {
            case TAR -> missing("tar").or(() -> missing("gzip"));
            case DEB -> missing("dpkg-deb");
            case RPM -> missing("rpmbuild");
            case MSI -> missing("wix.exe").flatMap(wix -> missing("candle.exe"));
            case DMG -> missing("hdiutil");
        };
    }

    private static Optional<String> missing(String tool) {
        return Tool.find(tool).isPresent() ? Optional.empty() : Optional.of(tool);
    }
}
