package dev.gantry.lora.train.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.engine.GantryException;
import dev.gantry.lora.train.config.PlacementSetting.Held;
import dev.gantry.lora.train.config.PlacementSetting.Share;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlacementSettingTest {
    @Test
    void fractionsOfDeviceAndHost_theRestOnDisk() {
        PlacementSetting setting = PlacementSetting.parse("static( masters = 0.25/0.75 , moments=0/0.5,parameters=1)");
        assertThat(setting.shares())
                .containsEntry(Held.MASTERS, new Share(0.25, 0.75))
                .containsEntry(Held.MOMENTS, new Share(0, 0.5))
                .containsEntry(Held.PARAMETERS, new Share(1, 0))
                .hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "auto",
                "static(parameters=1/0, gradients=0/0, moments=0.25/0.5)",
                "static(boundaries=0/1, head=0/0)"
            })
    void whatIsWrittenReadsBack(String written) {
        assertThat(PlacementSetting.parse(written)).hasToString(written);
        assertThat(PlacementSetting.parse(written).toString()).isEqualTo(written);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "masters=0.6/0.5 | more than the whole",
                "moment=0/1 | there are no moment",
                "moments=0/1,moments=1 | comes twice",
                "head=0/0.5 | lives in one place",
                "moments=2 | no part of a whole",
                "moments | does not say",
                "moments=1.0.0/0 | no part of a whole"
            })
    void impossibleValuesAreRefused(String written, String why) {
        assertThatThrownBy(() -> PlacementSetting.parse(written))
                .isInstanceOf(GantryException.class)
                .hasMessageContaining(why);
    }
}
