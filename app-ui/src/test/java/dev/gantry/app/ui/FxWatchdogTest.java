package dev.gantry.app.ui;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FxWatchdogTest {
    @TempDir
    Path home;

    @Test
    void aThreadThatWaits_isReported_withWhatItDid() {
        try (OpenWindow open = OpenWindow.on(home);
                FxWatchdog watchdog = FxWatchdog.start()) {
            OpenWindow.onWindow(() -> {
                long end = System.nanoTime() + 10 * FxWatchdog.LIMIT_NANOS;
                while (System.nanoTime() < end) {
                    LockSupport.parkNanos(end - System.nanoTime());
                }
                return true;
            });
            open.until(() -> !watchdog.blocks().isEmpty());

            assertThat(watchdog.blocks()).anyMatch(block -> block.contains("FxWatchdogTest"));
        }
    }
}
