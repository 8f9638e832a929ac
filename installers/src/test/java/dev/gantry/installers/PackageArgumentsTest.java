package dev.gantry.installers;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What jpackage is told on each system, word by word; systems other than this one can be checked in no other way.
class PackageArgumentsTest {
    private static final Release RELEASE =
            new Release("0.3.1", Instant.parse("2026-01-01T00:00:00Z"), List.of("--add-modules=jdk.incubator.vector"));

    private static final List<String> JAVA_OPTIONS = List.of(
            "--java-options", "--add-modules=jdk.incubator.vector",
            "--java-options", "-XX:+UseSerialGC",
            "--java-options", "-Xms16m",
            "--java-options", "-XX:NewSize=6m",
            "--java-options", "-XX:AOTCache=$APPDIR/classes.aot",
            "--java-options", "-Xlog:aot=off",
            "--java-options", "-Xlog:cds=off");

    private static List<String> image(Platform platform) {
        return new AppImage(RELEASE, platform, Path.of(".."), Path.of("work"))
                .arguments(Path.of("in"), Path.of("java"), Path.of("icon"), Path.of("out"));
    }

    private static List<String> expected(String version, List<String> more) {
        List<String> arguments = new ArrayList<>(List.of("--type", "app-image", "--name", "Gantry"));
        arguments.addAll(List.of("--app-version", version, "--vendor", "Gantry"));
        arguments.addAll(List.of("--description", "Tune large language models on this machine"));
        arguments.addAll(List.of("--copyright", "Apache-2.0", "--input", "in", "--runtime-image", "java"));
        arguments.addAll(List.of("--main-jar", "app-ui.jar", "--main-class", "dev.gantry.app.Main"));
        arguments.addAll(List.of("--icon", "icon", "--dest", "out"));
        arguments.addAll(more);
        arguments.addAll(JAVA_OPTIONS);
        return arguments;
    }

    @Test
    void image_isTheSameOnLinuxAndWindows() {
        assertThat(image(Platform.LINUX_X64)).isEqualTo(expected("0.3.1", List.of()));
        assertThat(image(Platform.WINDOWS_X64)).isEqualTo(expected("0.3.1", List.of()));
    }

    @Test
    void image_hasAnIdentityOnMac_andAVersionThatDoesNotBeginWithZero() {
        assertThat(image(Platform.MAC_ARM64))
                .isEqualTo(expected(
                        "1.3.1", List.of("--mac-package-identifier", "dev.gantry", "--mac-package-name", "Gantry")));
    }

    @Test
    void installerOfWindows_goesIntoTheUsersFolders_withMenuPathAndFileType() {
        Path resources = Path.of("res");
        assertThat(new JpackageInstaller(RELEASE, PackageType.MSI)
                        .arguments(Path.of("Gantry"), resources, Path.of("icon.ico"), Path.of("out")))
                .containsExactly(
                        "--type",
                        "msi",
                        "--name",
                        "Gantry",
                        "--app-version",
                        "0.3.1",
                        "--vendor",
                        "Gantry",
                        "--description",
                        "Tune large language models on this machine",
                        "--app-image",
                        "Gantry",
                        "--icon",
                        "icon.ico",
                        "--dest",
                        "out",
                        "--resource-dir",
                        "res",
                        "--file-associations",
                        resources.resolve("settings.properties").toString(),
                        "--win-per-user-install",
                        "--install-dir",
                        "Programs\\Gantry",
                        "--win-upgrade-uuid",
                        "6f1b1a5e-6d1d-4c39-9d55-0e6a2f5a7c11",
                        "--win-menu",
                        "--win-menu-group",
                        "Gantry");
    }

    @Test
    void diskImageOfMac_isMadeOfTheBundle() {
        assertThat(new JpackageInstaller(RELEASE, PackageType.DMG)
                        .arguments(Path.of("Gantry.app"), Path.of("res"), Path.of("icon.icns"), Path.of("out")))
                .containsExactly(
                        "--type",
                        "dmg",
                        "--name",
                        "Gantry",
                        "--app-version",
                        "1.3.1",
                        "--vendor",
                        "Gantry",
                        "--description",
                        "Tune large language models on this machine",
                        "--app-image",
                        "Gantry.app",
                        "--icon",
                        "icon.icns",
                        "--dest",
                        "out");
    }

    @Test
    void types_belongToOneSystemEach() {
        assertThat(PackageType.of(Platform.Family.LINUX))
                .containsExactly(PackageType.TAR, PackageType.DEB, PackageType.RPM);
        assertThat(PackageType.of(Platform.Family.WINDOWS)).containsExactly(PackageType.MSI);
        assertThat(PackageType.of(Platform.Family.MAC)).containsExactly(PackageType.DMG);
    }
}
