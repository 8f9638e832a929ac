package dev.gantry.zoo.hub;

import java.util.List;

/// What a repository holds at one commit.
///
/// @param revision as it was asked for: a branch, a tag or a commit
/// @param commit what the revision stood for when it was asked
/// @param license as its authors say; empty when they do not
/// @param files everything in it
public record HubListing(RepoId repo, String revision, String commit, String license, List<HubFile> files) {
    public HubListing {
        files = List.copyOf(files);
    }

    /// The files that Gantry can use.
    public List<HubFile> chosen() {
        return HubSelection.of(files);
    }

    /// Bytes of the files that Gantry can use.
    public long bytes() {
        return chosen().stream().mapToLong(HubFile::bytes).sum();
    }
}
