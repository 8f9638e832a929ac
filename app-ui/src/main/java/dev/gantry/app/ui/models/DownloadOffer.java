package dev.gantry.app.ui.models;

import dev.gantry.zoo.hub.HubListing;
import java.nio.file.Path;

/// What a model on the hub would take.
///
/// @param target the folder it would become
/// @param freeBytes on that disk
/// @param taken whether something of that name is there already
record DownloadOffer(HubListing listing, Path target, long freeBytes, boolean taken) {
    /// Left free on the disk.
    private static final long SPARE_BYTES = 64L << 20;

    boolean fits() {
        return listing.bytes() + SPARE_BYTES <= freeBytes;
    }
}
