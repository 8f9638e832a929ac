package dev.gantry.engine.device;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Devices as people write them.
class DeviceChoiceTest {
    @Test
    void devices_areReadAndWrittenAlike() {
        assertThat(DeviceChoice.parse("auto")).contains(DeviceChoice.auto());
        assertThat(DeviceChoice.parse("cpu")).contains(DeviceChoice.cpu());
        assertThat(DeviceChoice.parse("cuda")).contains(new DeviceChoice.Cuda(0));
        assertThat(DeviceChoice.parse("cuda:12")).contains(new DeviceChoice.Cuda(12));
        for (String written : new String[] {"auto", "cpu", "cuda:0", "cuda:7"}) {
            assertThat(DeviceChoice.parse(written).orElseThrow().written()).isEqualTo(written);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "gpu", "CUDA", "cuda:", "cuda:-1", "cuda:1234", "cuda:1 "})
    void whatIsNoDevice_isNotTakenForOne(String written) {
        assertThat(DeviceChoice.parse(written)).isEmpty();
    }
}
