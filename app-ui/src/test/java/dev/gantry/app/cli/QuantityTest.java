package dev.gantry.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuantityTest {
    @ParameterizedTest
    @CsvSource({"0, 0 B", "1023, 1023 B", "1024, 1.00 KiB", "12884901888, 12.0 GiB", "9223372036854775807, 8192.0 PiB"})
    void bytes_useBinaryUnits(long bytes, String text) {
        assertThat(Quantity.bytes(bytes)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"0, 0.0 s", "9900, 9.9 s", "10000, 10 s", "119999, 119 s", "120000, 2 min 00 s", "7260000, 2 h 01 min"})
    void duration_getsCoarser_asItGrows(long millis, String text) {
        assertThat(Quantity.duration(Duration.ofMillis(millis))).isEqualTo(text);
    }
}
