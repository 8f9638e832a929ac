package dev.gantry.installers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.gantry.installers.icon.AppIcon;
import dev.gantry.installers.licence.Notices;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// Packages of a made-up image of two files: where things go, and that bytes do not depend on when.
@EnabledOnOs(OS.LINUX)
class LinuxPackageTest {
    private static final Release RELEASE = new Release("0.3.1", Instant.parse("2026-01-01T00:00:00Z"), List.of());

    @TempDir
    Path folder;

    private ImageLayout image;
    private Path tree;

    @BeforeEach
    void makeAnImage() throws IOException {
        folder = Files.createDirectory(folder.resolve("some place")); // that tools must not tear apart
        image = ImageLayout.in(folder.resolve("image"), Platform.Family.LINUX);
        Files.createDirectories(image.app());
        Files.writeString(image.app().resolve("gantry"), "#!/bin/sh\n");
        Path legal = Files.createDirectories(image.app().resolve(AppImage.LEGAL));
        Files.writeString(legal.resolve(Notices.FILE), "Gantry is under the Apache License 2.0");
        Files.createDirectories(image.launcher().resolveSibling("."));
        Files.writeString(image.launcher(), "program");
        tree = folder.resolve("tree");
        lay();
    }

    private void lay() throws IOException {
        new LinuxTree(RELEASE, Path.of(".."), image, new AppIcon()).writeTo(tree);
    }

    private static String output(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    @Test
    void tree_hasTheCommandOnThePath_andWhatDesktopsLookFor() throws IOException {
        assertThat(tree.resolve("usr/bin/gantry").toRealPath())
                .isEqualTo(tree.resolve("opt/gantry/lib/app/gantry").toRealPath());
        assertThat(tree.resolve("usr/share/applications/gantry.desktop"))
                .content()
                .contains("Exec=/opt/gantry/bin/Gantry %f", "Icon=gantry", "MimeType=application/vnd.gantry.run+json;");
        assertThat(tree.resolve("opt/gantry/bin/Gantry")).exists();
        assertThat(tree.resolve("usr/share/doc/gantry/copyright")).content().contains("Apache License 2.0");
        assertThat(tree.resolve("usr/share/mime/packages/gantry.xml")).content().contains("*.gantry");
        assertThat(AppIcon.DESKTOP_SIZES)
                .allSatisfy(size -> assertThat(
                                tree.resolve("usr/share/icons/hicolor/%1$dx%1$d/apps/gantry.png".formatted(size)))
                        .exists());
    }

    @Test
    void deb_isTheSameBytes_wheneverItIsMade() throws IOException {
        assumeThat(PackageType.DEB.missingTool()).as("dpkg-deb is here").isEmpty();
        DebPackage deb = new DebPackage(RELEASE, Platform.LINUX_X64);
        Path file = deb.write(tree, folder);
        byte[] first = Files.readAllBytes(file);
        lay();

        assertThat(deb.write(tree, folder)).hasBinaryContent(first);
        assertThat(file.getFileName()).hasToString("gantry_0.3.1_amd64.deb");
        assertThat(output(List.of("dpkg-deb", "--contents", file.toString())))
                .contains("./usr/bin/gantry -> ../../opt/gantry/lib/app/gantry")
                .contains("root/root", "2026-01-01 00:00");
        assertThat(output(List.of("dpkg-deb", "--field", file.toString(), "Depends"))
                        .strip())
                .isEqualTo(String.join(", ", DebPackage.DEPENDS));
    }

    @Test
    void rpm_ownsItsFolderAndItsFiles_andNoFolderOfOthers() throws IOException {
        String spec = new RpmPackage(RELEASE, Platform.LINUX_X64).spec(tree);
        List<String> owned =
                spec.substring(spec.indexOf("%defattr")).lines().skip(1).toList();

        assertThat(owned)
                .contains("/opt/gantry", "/usr/bin/gantry", "/usr/share/applications/gantry.desktop")
                .contains("/usr/share/doc/gantry")
                .doesNotContain("/usr/bin", "/usr/share/applications", "/usr/share/doc");
        assertThat(spec).contains("libgtk-3.so.0()(64bit)", "cp -a '" + tree + "/.' \"%{buildroot}/\"");
    }

    @Test
    void rpm_isTheSameBytes_wheneverItIsMade() throws IOException {
        assumeThat(PackageType.RPM.missingTool()).as("rpmbuild is here").isEmpty();
        RpmPackage rpm = new RpmPackage(RELEASE, Platform.LINUX_X64);
        byte[] first = Files.readAllBytes(rpm.write(tree, folder.resolve("rpmbuild"), folder));
        lay();

        assertThat(rpm.write(tree, folder.resolve("rpmbuild"), folder)).hasBinaryContent(first);
    }

    @Test
    void tar_isTheSameBytes_wheneverItIsMade() throws IOException {
        TarPackage tar = new TarPackage(RELEASE, Platform.LINUX_X64);
        Path file = tar.write(image, folder);
        byte[] first = Files.readAllBytes(file);
        Files.setLastModifiedTime(image.launcher(), java.nio.file.attribute.FileTime.from(Instant.now()));

        assertThat(tar.write(image, folder)).hasBinaryContent(first);
        assertThat(output(List.of("tar", "--list", "--file", file.toString())))
                .contains("gantry-0.3.1-linux-x86_64/bin/Gantry");
    }
}
