package dev.gantry.app.machine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.engine.GantryException;
import dev.gantry.engine.collective.Carrier;
import dev.gantry.engine.cpu.CpuBackend;
import dev.gantry.engine.device.DeviceChoice;
import dev.gantry.engine.device.Devices;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Links between what a machine says are its cards.
class CardLinksTest {
    @Test
    void severalCards_areMeasuredTogether() {
        List<DeviceChoice> opened = new ArrayList<>();
        Devices machine = (choice, threads) -> {
            opened.add(choice);
            return new CpuBackend(threads);
        };
        CardLinks two = CardLinks.measure(machine, 2).orElseThrow();
        assertThat(opened).hasSize(2).containsOnly(new DeviceChoice.Cuda(0));
        assertThat(two.carrier()).isEqualTo(Carrier.MEMORY);
        assertThat(two.links()).isNotNull().satisfies(links -> {
            assertThat(links.slowest()).isPositive().isFinite();
            assertThat(links.bytesPerSecond()).hasSize(2);
        });
        assertThat(CardLinks.measure(machine, 1)).isEmpty();
    }

    @Test
    void cardsThatCannotBeOpened_areToldWithTheReason() {
        Devices broken = (choice, threads) -> {
            throw GantryException.environment("TEST", "cannot compute", "a test says so", "Mend it.");
        };
        CardLinks links = CardLinks.measure(broken, 2).orElseThrow();
        assertThat(links.carrier()).isNull();
        assertThat(links.fault()).isEqualTo("cannot compute: a test says so");
    }
}
