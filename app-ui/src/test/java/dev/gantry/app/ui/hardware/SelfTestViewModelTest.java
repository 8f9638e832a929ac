package dev.gantry.app.ui.hardware;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.app.selftest.Finding;
import dev.gantry.app.selftest.Grade;
import dev.gantry.app.selftest.Part;
import dev.gantry.app.ui.FakeServices;
import dev.gantry.app.ui.shell.Destination;
import dev.gantry.app.ui.shell.ScreenName;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SelfTestViewModelTest {
    @TempDir
    private Path home;

    @Test
    void findings_comeInOrder_theWorstIsTheVerdict_andAllCanBeCopied() {
        List<Part> asked = new ArrayList<>();
        try (FakeServices fake = new FakeServices(home)) {
            var model = new SelfTestViewModel(fake.services(), part -> {
                asked.add(part);
                return part == Part.DISPLAY
                        ? new Finding(part, Grade.LIMITED, "none", List.of())
                        : new Finding(part, Grade.BAD, "failed", List.of(new Finding.Words("why")));
            });
            assertThat(model.verdict()).isEmpty();
            model.run();
            assertThat(asked).containsExactly(Part.values());
            assertThat(model.runningProperty().get()).isFalse();
            assertThat(model.verdict()).contains(Grade.BAD);
            model.copy();
            assertThat(fake.host.copied.getFirst().lines())
                    .hasSize(Part.values().length)
                    .anyMatch(line -> line.startsWith("Display: Limited. There is no display"));
            model.goOn();
            assertThat(fake.visited).containsExactly(new Destination.Front(ScreenName.HOME));
        }
    }
}
