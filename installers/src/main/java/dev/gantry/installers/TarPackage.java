package dev.gantry.installers;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// The application's folder as an archive, to unpack anywhere on Linux.
record TarPackage(Release release, Platform platform) {
    Path write(ImageLayout image, Path folder) throws IOException {
        String name = "%s-%s-linux-%s".formatted(Release.COMMAND, release.version(), platform.machine());
        Path file = folder.resolve(name + ".tar.gz");
        Tool.run(
                image.image().resolveSibling(".").normalize(),
                Map.of(),
                List.of(
                        "tar",
                        "--create",
                        "--file=" + file,
                        "--use-compress-program=gzip -n",
                        "--sort=name",
                        "--mtime=@" + release.time().getEpochSecond(),
                        "--owner=0",
                        "--group=0",
                        "--numeric-owner",
                        "--format=gnu",
                        "--transform=flags=r;s,^" + Release.NAME + "," + name + ",",
                        Release.NAME));
        return file;
    }
}
