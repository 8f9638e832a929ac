package dev.gantry.app.machine;

import dev.gantry.engine.GantryException;
import dev.gantry.engine.collective.Carrier;
import dev.gantry.engine.collective.Links;
import dev.gantry.engine.collective.RankDevices;
import dev.gantry.engine.device.DeviceChoice;
import dev.gantry.engine.device.Devices;
import java.util.Collections;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What carries bytes between the cards of this machine, and how many in a second.
///
/// @param carrier what ranks on these cards talk by; null when they cannot be opened together
/// @param links measured; null when they cannot be opened together
/// @param fault why not; empty where they can
public record CardLinks(@Nullable Carrier carrier, @Nullable Links links, String fault) {

    /// Opens all cards together for a moment and copies between each two of them, some 30 ms in either direction.
    ///
    /// @param cards how many there are
    /// @return empty with fewer than two
    public static Optional<CardLinks> measure(Devices devices, int cards) {
        if (cards < 2) {
            return Optional.empty();
        }
        try (RankDevices together = devices.together(new DeviceChoice.Cuda(0), Collections.nCopies(cards, 1))) {
            Links links = Links.measure(together);
            return Optional.of(new CardLinks(together.fabric().carrier(), links, ""));
        } catch (GantryException e) {
            return Optional.of(new CardLinks(null, null, e.what() + ": " + e.why()));
        }
    }
}
