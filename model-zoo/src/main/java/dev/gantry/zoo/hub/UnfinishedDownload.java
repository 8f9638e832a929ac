package dev.gantry.zoo.hub;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A download that was stopped, cut off or killed, and can go on.
///
/// @param target the folder it will become
/// @param doneBytes of the files that Gantry can use
public record UnfinishedDownload(HubListing listing, Path target, Path partial, long doneBytes) {
    /// Those for folders inside `parent`.
    public static List<UnfinishedDownload> in(Path parent) throws IOException {
        List<UnfinishedDownload> found = new ArrayList<>();
        for (Path partial : PartialFolder.in(parent)) {
            Optional<HubListing> listing = PartialFolder.listing(partial);
            if (listing.isPresent()) {
                long done = 0;
                for (HubFile file : listing.get().chosen()) {
                    done += Math.min(file.bytes(), PartialFolder.haveBytes(partial, file));
                }
                found.add(new UnfinishedDownload(listing.get(), PartialFolder.target(partial), partial, done));
            }
        }
        return found;
    }

    /// Throws away what was downloaded.
    public void discard() throws IOException {
        PartialFolder.delete(partial);
    }
}
