package dev.gantry.installers;

import dev.gantry.app.run.SettingsFile;
import dev.gantry.installers.icon.AppIcon;
import dev.gantry.installers.licence.Notices;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The files of a package for Linux where the system looks for them, so that installing runs no script and removing
/// leaves nothing: desktops, file managers and shells find what lies in these folders.
record LinuxTree(Release release, Path project, ImageLayout image, AppIcon icon) {
    /// Settings of a run in a file that opens in the window; `.json` belongs to every program.
    static final String SETTINGS_TYPE = "application/vnd.gantry.run+json";

    private static final String HOME = "opt/" + Release.COMMAND;

    /// Fills an empty folder that stands for `/`.
    void writeTo(Path root) throws IOException {
        FileTree.delete(root);
        FileTree.copy(image.image(), root.resolve(HOME));
        Path app = root.resolve(HOME).resolve(image.image().relativize(image.app()));
        Path commands = Files.createDirectories(root.resolve("usr/bin"));
        Files.createSymbolicLink(commands.resolve(Release.COMMAND), commands.relativize(app.resolve(Release.COMMAND)));
        write(root, "usr/share/applications/" + Release.COMMAND + ".desktop", desktopEntry());
        write(root, "usr/share/mime/packages/" + Release.COMMAND + ".xml", mimeType());
        write(
                root,
                "usr/share/doc/" + Release.COMMAND + "/copyright",
                Files.readString(image.app().resolve(AppImage.LEGAL).resolve(Notices.FILE)));
        for (int size : AppIcon.DESKTOP_SIZES) {
            String folder = "usr/share/icons/hicolor/%1$dx%1$d/".formatted(size);
            icon.writePng(root.resolve(folder + "apps/" + Release.COMMAND + ".png"), size);
            icon.writePng(root.resolve(folder + "mimetypes/" + SETTINGS_TYPE.replace('/', '-') + ".png"), size);
        }
        FileTree.settle(root, release.time());
    }

    private static void write(Path root, String name, String text) throws IOException {
        Path file = root.resolve(name);
        Files.createDirectories(file.resolveSibling("."));
        Files.writeString(file, text);
    }

    static String desktopEntry() {
        return """
                [Desktop Entry]
                Type=Application
                Name=%1$s
                GenericName=Language model tuning
                GenericName[zh_CN]=语言模型微调
                Comment=%2$s
                Comment[zh_CN]=在一台机器上微调大语言模型
                Exec=/%3$s/bin/%1$s %%f
                Icon=%4$s
                Terminal=false
                Categories=Science;
                Keywords=LLM;LoRA;fine-tuning;chat;
                MimeType=%5$s;
                StartupWMClass=%6$s
                """.formatted(Release.NAME, Release.SUMMARY, HOME, Release.COMMAND, SETTINGS_TYPE, Release.MAIN_CLASS);
    }

    static String mimeType() {
        return """
                <?xml version="1.0" encoding="UTF-8"?>
                <mime-info xmlns="http://www.freedesktop.org/standards/shared-mime-info">
                  <mime-type type="%s">
                    <comment>settings of a training run</comment>
                    <comment xml:lang="zh_CN">训练设置</comment>
                    <sub-class-of type="application/json"/>
                    <glob pattern="*.%s"/>
                  </mime-type>
                </mime-info>
                """.formatted(SETTINGS_TYPE, SettingsFile.EXTENSION);
    }
}
