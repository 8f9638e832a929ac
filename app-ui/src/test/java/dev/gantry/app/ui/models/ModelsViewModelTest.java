package dev.gantry.app.ui.models;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.app.export.TinyAdapter;
import dev.gantry.app.library.Shelf;
import dev.gantry.app.ui.FakeServices;
import dev.gantry.app.ui.shell.Destination;
import dev.gantry.lora.starter.StarterModel;
import dev.gantry.zoo.catalog.AdapterEntry;
import dev.gantry.zoo.catalog.ModelEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelsViewModelTest {
    @TempDir
    Path folder;

    private FakeServices services;
    private ModelsViewModel model;

    @BeforeEach
    void open() {
        services = new FakeServices(folder.resolve("home"));
        model = new ModelsViewModel(services.services());
    }

    @AfterEach
    void close() {
        model.close();
        services.close();
    }

    /// A folder outside of the home folder with a real model in it.
    private Path someModel(String name) throws IOException {
        Path target = folder.resolve(name);
        StarterModel.copyTo(target);
        return target.toRealPath();
    }

    private List<String> names() {
        return model.items().stream().map(item -> item.entry().name()).toList();
    }

    private String selected() {
        return Objects.requireNonNull(model.selectedProperty().get()).entry().name();
    }

    @Test
    void refresh_saysThatThereAreNone_onlyAfterReading() {
        assertThat(model.loadedProperty().get()).isFalse();
        model.refresh("");

        assertThat(model.loadedProperty().get()).isTrue();
        assertThat(model.items()).isEmpty();
    }

    @Test
    void add_takesAFolderOrAFileInIt_andSelectsIt_withoutTouchingIt() throws IOException {
        Path first = someModel("first");
        Path second = someModel("second");
        List<Path> before = listing(first);
        model.add(List.of(first));
        model.add(List.of(second.resolve("config.json")));

        assertThat(names()).containsExactly("first", "second");
        assertThat(selected()).isEqualTo("second");
        assertThat(listing(first)).isEqualTo(before);
        assertThat(services.notices.infos).containsExactly("Added first.", "Added second.");
    }

    private static List<Path> listing(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            return files.sorted().toList();
        }
    }

    @Test
    void add_findsAFreeName_whenTwoFoldersAreCalledTheSame() throws IOException {
        model.add(List.of(someModel("a/tiny")));
        model.add(List.of(someModel("b/tiny")));
        model.add(List.of(folder.resolve("a/tiny")));

        assertThat(names()).containsExactly("tiny", "tiny-2");
    }

    @Test
    void add_tellsOfABadFolder_inItsPlace_andTheListStays() throws IOException {
        model.add(List.of(someModel("good")));
        model.add(List.of(Files.createDirectories(folder.resolve("bad"))));

        assertThat(Objects.requireNonNull(model.failureProperty().get()).code()).isEqualTo("MODEL-NO-CONFIG");
        assertThat(names()).containsExactly("good");
        assertThat(services.failures).isEmpty();
        model.dismissFailure();
        assertThat(model.failureProperty().get()).isNull();
    }

    @Test
    void chooseFolder_addsWhatWasChosen_andNothingOnCancel() throws IOException {
        model.chooseFolder();
        assertThat(model.items()).isEmpty();
        services.host.chosen.add(someModel("chosen"));
        model.chooseFolder();

        assertThat(names()).containsExactly("chosen");
    }

    @Test
    void selected_isReadFromItsFolder() throws IOException {
        model.add(List.of(someModel("m")));

        ModelDetails read = Objects.requireNonNull(model.detailsProperty().get());
        assertThat(read.tokens()).isEqualTo(read.folder().spec().vocabularySize());
        assertThat(new ModelFacts(services.services().texts()).of(read))
                .contains(
                        new ModelFacts.Fact("Family", "llama"),
                        new ModelFacts.Fact("Attention", "8 query heads of 32, 4 key heads"),
                        new ModelFacts.Fact("Output head", "Shares the embedding"));
    }

    @Test
    void tokenizer_cutsWhatIsTyped_andStopsWithTheModel() throws IOException {
        model.add(List.of(someModel("m")));
        model.tokenizer().textProperty().set("One crane");

        assertThat(model.tokenizer().pieces())
                .extracting(TokenPiece::text)
                .satisfies(pieces -> assertThat(String.join("", pieces)).isEqualTo("One·crane"));
        assertThat(model.tokenizer().summaryProperty().get()).matches("(one token|\\d tokens) for 9 characters");
        model.forget();
        assertThat(model.tokenizer().pieces()).isEmpty();
    }

    @Test
    void forget_canBeTakenBack_andTouchesNoFile() throws IOException {
        Path kept = someModel("m");
        model.add(List.of(kept));
        model.forget();
        assertThat(model.items()).isEmpty();
        assertThat(kept.resolve("config.json")).exists();

        services.notices.choices.getLast().action().run();
        assertThat(names()).containsExactly("m");
        assertThat(selected()).isEqualTo("m");
    }

    @Test
    void missingFolder_isSaidSo_andNotRead() {
        services.catalog().call(catalog -> {
            catalog.models().put(new ModelEntry("gone", folder.resolve("x"), "gpt2", 5, "f32", 20, Instant.EPOCH));
            return true;
        });
        model.refresh("");

        assertThat(model.items()).singleElement().extracting(Shelf.Item::state).isEqualTo(Shelf.State.MISSING);
        assertThat(model.detailsProperty().get()).isNull();
        assertThat(services.failures).isEmpty();
    }

    @Test
    void adapters_areThoseMadeForTheModel() throws IOException {
        Path base = someModel("base");
        services.catalog().call(catalog -> {
            catalog.adapters().put(new AdapterEntry("own", folder.resolve("1"), base.toString(), 8, Instant.EPOCH));
            catalog.adapters().put(new AdapterEntry("other", folder.resolve("2"), "gpt2", 8, Instant.EPOCH));
            return true;
        });
        model.add(List.of(base));

        assertThat(model.adapters()).extracting(AdapterEntry::name).containsExactly("own");
    }

    @Test
    void adapters_areThoseOfRunsToo_withAWayToChatAndExport() throws IOException {
        Path run = TinyAdapter.run(services.services().home(), TinyAdapter.in(folder.toRealPath()), "crane");
        Files.createDirectories(services.services().home().runs().resolve("broken/checkpoints/step-000001"));
        model.add(List.of(folder.resolve("base")));
        AdapterEntry made = model.adapters().getFirst();
        model.chat(made);
        model.export(made);

        assertThat(model.adapters()).extracting(AdapterEntry::name).containsExactly("crane");
        assertThat(made.rank()).isEqualTo(2);
        assertThat(services.visited)
                .containsExactly(new Destination.ChatWith("base", run), new Destination.ExportRun(run));
    }

    @Test
    void chatAndTeach_leadElsewhere_withTheModel() throws IOException {
        model.add(List.of(someModel("m")));
        model.chat();
        model.teach();

        assertThat(services.visited)
                .containsExactly(new Destination.ChatWith("m", null), new Destination.Teach("m", null));
    }
}
