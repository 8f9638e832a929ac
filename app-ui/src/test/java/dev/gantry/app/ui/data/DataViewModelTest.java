package dev.gantry.app.ui.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.app.library.DataShelf;
import dev.gantry.app.ui.FakeServices;
import dev.gantry.app.ui.shell.Destination;
import dev.gantry.lora.data.check.FaultPolicy;
import dev.gantry.lora.data.example.ColumnRole;
import dev.gantry.lora.data.example.DataFormat;
import dev.gantry.lora.data.tokens.OverLong;
import dev.gantry.lora.train.config.DataSection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataViewModelTest {
    @TempDir
    Path home;

    private FakeServices fake;
    private DataViewModel model;

    @BeforeEach
    void open() {
        fake = new FakeServices(home);
        model = new DataViewModel(fake.services());
        model.refresh();
    }

    @AfterEach
    void close() {
        fake.close();
    }

    private Path file(String name, String text) throws IOException {
        return Files.writeString(home.resolve(name), text);
    }

    private void goToCheck() {
        model.next();
        model.next();
        assertThat(model.stepProperty().get()).isEqualTo(Step.CHECK);
    }

    @Test
    void sample_goesThroughAllSteps_andIsRemembered() throws IOException {
        model.shelf().openSample();
        FirstLook look = Objects.requireNonNull(model.lookProperty().get());
        assertThat(Objects.requireNonNull(look.format()).format()).isEqualTo(DataFormat.MESSAGES);
        assertThat(look.examples()).hasSize(3);
        goToCheck();
        assertThat(Objects.requireNonNull(model.check().inspectionProperty().get())
                        .report()
                        .rows())
                .isEqualTo(1167);
        model.next();
        model.next();

        assertThat(model.fileProperty().get()).isNull();
        assertThat(fake.visited).hasSize(1).first().isInstanceOf(Destination.Teach.class);
        assertThat(model.shelf().remembered())
                .singleElement()
                .satisfies(data -> assertThat(data.entry().name()).isEqualTo("persona-gus"));
        assertThat(fake.failures).isEmpty();
    }

    @Test
    void badRows_areShownWhole_andKeepFromGoingOn_untilTheyAreSkipped() throws IOException {
        String good = "{\"prompt\":\"a\",\"completion\":\"b\"}\n";
        String bad = "{\"prompt\":\"a\", " + " ".repeat(200) + "completion}\n";
        model.open(file("rows.jsonl", good + bad + good.replace("b", "c")));
        goToCheck();

        assertThat(model.check().unusable()).isEqualTo(1);
        assertThat(model.check().rowTextProperty().get()).isEqualTo(bad.strip());
        assertThat(model.obstacleProperty().get()).startsWith("One row cannot be used");
        model.next();
        assertThat(model.stepProperty().get()).isEqualTo(Step.CHECK);

        model.check().skipProperty().set(true);
        assertThat(model.obstacleProperty().get()).isEmpty();
        model.next();
        model.next();
        DataShelf shelf = new DataShelf(fake.services().home(), fake.services().catalog());
        assertThat(shelf.all().getFirst().choices().faultPolicy()).isEqualTo(FaultPolicy.SKIP);
    }

    @Test
    void unknownColumns_areMappedByHand_andTheMappingGoesIntoTheSettings() throws IOException {
        Path table = file("rows.csv", "Frage,Antwort,Nr\nwo?,hier,1\nwann?,jetzt,2\n");
        model.open(table);
        assertThat(model.stepProperty().get()).isEqualTo(Step.MAP);
        assertThat(model.obstacleProperty().get()).startsWith("Say which column");

        MapViewModel map = model.map();
        map.columns().get(0).role().set(Optional.of(ColumnRole.USER));
        map.columns().get(1).role().set(Optional.of(ColumnRole.USER));
        assertThat(map.columns().get(0).role().get()).isEmpty();
        map.columns().get(1).role().set(Optional.of(ColumnRole.ASSISTANT));
        map.columns().get(0).role().set(Optional.of(ColumnRole.USER));
        assertThat(model.obstacleProperty().get()).isEmpty();
        assertThat(Bubble.of(Objects.requireNonNull(model.lookProperty().get())
                        .examples()
                        .getFirst()))
                .containsExactly(new Bubble(Bubble.Speaker.USER, "wo?"), new Bubble(Bubble.Speaker.ASSISTANT, "hier"));

        assertThat(model.choices().columns())
                .isEqualTo(Map.of(ColumnRole.USER, "Frage", ColumnRole.ASSISTANT, "Antwort"));
        model.next();
        assertThat(Objects.requireNonNull(model.check().inspectionProperty().get())
                        .report()
                        .examples())
                .isEqualTo(2);
    }

    @Test
    void limit_saysExactlyHowManyRowsItTouches() throws IOException {
        model.shelf().openSample();
        goToCheck();
        var found = Objects.requireNonNull(model.check().inspectionProperty().get());
        var tokens = Objects.requireNonNull(found.tokens());
        long longer = tokens.histogram().rowsLongerThan(50);
        assertThat(longer).isBetween(1L, 1166L);

        SplitNumbers dropped = SplitNumbers.of(found, 50, OverLong.DROP, 0.05);
        SplitNumbers cut = SplitNumbers.of(found, 50, OverLong.CUT_END, 0);
        assertThat(dropped.dropped()).isEqualTo(longer);
        assertThat(dropped.train() + dropped.heldBack()).isEqualTo(1167 - longer);
        assertThat(cut).isEqualTo(new SplitNumbers(1167, 0, 0, longer, 0));
    }

    @Test
    void whatWasChosen_isThereAgain_whenTheFileIsOpenedAgain() throws IOException {
        model.shelf().openSample();
        Path sample = Objects.requireNonNull(model.fileProperty().get());
        goToCheck();
        model.check().maxTokensProperty().set(50);
        model.check().overLongProperty().set(OverLong.CUT_START);
        model.evalFractionProperty().set(0.1);
        DataSection chosen = model.choices();
        model.next();
        model.next();

        model.open(sample);
        assertThat(model.choices()).isEqualTo(chosen);
        assertThat(chosen.maxTokens()).isEqualTo(50);
    }

    @Test
    void fileOfNothing_isAFailureInPlace() throws IOException {
        model.open(file("empty.jsonl", "\n\n"));

        assertThat(Objects.requireNonNull(model.failureProperty().get()).code()).startsWith("DATA-");
        assertThat(fake.failures).isEmpty();
        model.close();
        assertThat(model.failureProperty().get()).isNull();
    }

    @Test
    void forgetting_leavesTheFile() throws IOException {
        model.shelf().openSample();
        Path sample = Objects.requireNonNull(model.fileProperty().get());
        goToCheck();
        model.next();
        model.next();
        model.shelf().forget(model.shelf().remembered().getFirst());

        assertThat(model.shelf().remembered()).isEmpty();
        assertThat(sample).exists();
    }
}
