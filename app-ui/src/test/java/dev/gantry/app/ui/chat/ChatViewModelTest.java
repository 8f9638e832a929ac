package dev.gantry.app.ui.chat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.app.chat.Adapters;
import dev.gantry.app.chat.AnswerFacts;
import dev.gantry.app.chat.ChatEngine;
import dev.gantry.app.chat.ChatMemory;
import dev.gantry.app.chat.Message;
import dev.gantry.app.chat.Rating;
import dev.gantry.app.chat.Voice;
import dev.gantry.app.library.Library;
import dev.gantry.app.ui.FakeServices;
import dev.gantry.app.ui.shell.Destination;
import dev.gantry.engine.generate.Generator.Ending;
import dev.gantry.lora.starter.StarterModel;
import dev.gantry.zoo.catalog.AdapterEntry;
import dev.gantry.zoo.catalog.DatasetEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The starter model answers, a few words each time.
class ChatViewModelTest {
    private static final int WORDS = 8;

    @TempDir
    Path folder;

    private FakeServices services;
    private ChatEngine engine;
    private ChatViewModel chat;
    private final AtomicLong seeds = new AtomicLong(1);

    @BeforeEach
    void open() {
        services = new FakeServices(folder.resolve("home"));
        engine = new ChatEngine(2, ChatMemory.UNLIMITED);
        chat = new ChatViewModel(services.services(), engine, new OptionsViewModel(seeds::getAndIncrement));
        chat.options().maxNewTokensProperty().set(WORDS);
    }

    @AfterEach
    void close() {
        engine.close();
        services.close();
    }

    private void takeStarter() {
        chat.refresh();
        chat.models().takeStarter();
    }

    /// The starter model with an adapter of random values, in the catalog as `odd`.
    private Voice takeStarterWithAdapter() throws IOException {
        takeStarter();
        Path model = Objects.requireNonNull(chat.models().baseProperty().get()).folder();
        Path adapter = Adapters.random(model, folder.resolve("odd"), "starter", 3);
        services.catalog().call(open -> {
            open.adapters().put(new AdapterEntry("odd", adapter, "starter", 4, Instant.EPOCH));
            return true;
        });
        chat.models().refresh(null);
        return chat.models().voices().getLast();
    }

    private void ask(String text) {
        chat.questions().draftProperty().set(text);
        chat.questions().send();
    }

    private LaneViewModel lane() {
        return chat.lanes().all().getFirst();
    }

    private List<Message> path(LaneViewModel lane) {
        return chat.session().conversation().path(lane.head());
    }

    private Message answer(LaneViewModel lane) {
        return path(lane).getLast();
    }

    private AnswerFacts facts(LaneViewModel lane) {
        return Objects.requireNonNull(answer(lane).facts());
    }

    private <R extends TranscriptRow> List<R> rows(LaneViewModel lane, Class<R> type) {
        return lane.rows().stream().filter(type::isInstance).map(type::cast).toList();
    }

    private List<DatasetEntry> datasets() {
        return services.catalog().call(open -> open.datasets().all());
    }

    @Test
    void withoutAModel_nothingIsSent_andTheStarterIsOneStepAway() {
        chat.refresh();
        ask("hello");
        assertThat(chat.session().isEmpty()).isTrue();
        assertThat(chat.questions().draftProperty().get()).isEqualTo("hello");

        chat.models().takeStarter();
        assertThat(chat.models().isStarter()).isTrue();
        assertThat(chat.models().contextTokensProperty().get()).isPositive();
        assertThat(Objects.requireNonNull(services.status.modelProperty().get()).text())
                .isEqualTo("starter");
    }

    @Test
    void question_isAnswered_withItsFigures() {
        takeStarter();
        ask("  Who are you? ");

        assertThat(path(lane())).extracting(Message::text).first().isEqualTo("Who are you?");
        assertThat(answer(lane()).isAnswer()).isTrue();
        assertThat(facts(lane()).newTokens()).isBetween(1, WORDS);
        assertThat(facts(lane()).ending()).isIn(Ending.LENGTH, Ending.END_OF_TEXT);
        assertThat(facts(lane()).promptTokens()).isPositive();
        assertThat(chat.questions().draftProperty().get()).isEmpty();
        assertThat(rows(lane(), TranscriptRow.AnswerFoot.class)).hasSize(1);
        assertThat(rows(lane(), TranscriptRow.Writing.class)).isEmpty();
        assertThat(services.failures).isEmpty();
    }

    @Test
    void rows_growWhileAnAnswerIsDrawn() {
        takeStarter();
        var seen = new ArrayList<Integer>();
        lane().rows()
                .subscribe(
                        () -> rows(lane(), TranscriptRow.Writing.class).forEach(writing -> seen.add(writing.pieces())));
        ask("Who are you?");

        assertThat(seen).startsWith(0).contains(1);
    }

    @Test
    void stop_keepsWhatWasSaid() {
        takeStarter();
        chat.options().maxNewTokensProperty().set(2000);
        lane().rows().subscribe(() -> {
            if (rows(lane(), TranscriptRow.Writing.class).stream().anyMatch(writing -> writing.pieces() > 0)) {
                chat.lanes().stop();
            }
        });
        ask("Tell me a long story");

        assertThat(facts(lane()).ending()).isEqualTo(Ending.STOPPED);
        assertThat(facts(lane()).newTokens()).isLessThan(2000);
        assertThat(answer(lane()).text()).isNotEmpty();
        assertThat(chat.lanes().answeringProperty().get()).isFalse();
    }

    @Test
    void regenerate_addsAVersion_withAnotherSeed_andVersionsCanBeShown() {
        takeStarter();
        ask("Who are you?");
        int first = lane().head();
        chat.questions().askAgain(lane(), first);

        assertThat(lane().head()).isNotEqualTo(first);
        assertThat(chat.session().conversation().versions(first)).containsExactly(first, lane().head());
        assertThat(facts(lane()).seed()).isEqualTo(2);
        assertThat(rows(lane(), TranscriptRow.AnswerFoot.class).getLast().version())
                .isEqualTo(new TranscriptRow.Version(1, 2));
        chat.showVersion(lane(), lane().head(), -1);
        assertThat(lane().head()).isEqualTo(first);
    }

    @Test
    void fixedSeed_givesTheSameAnswerAgain_inAnotherChat() {
        takeStarter();
        chat.options().fixedSeedProperty().set(true);
        chat.options().seedProperty().set(77);
        ask("Who are you?");
        String once = answer(lane()).text();
        chat.newChat();
        ask("Who are you?");

        assertThat(answer(lane()).text()).isEqualTo(once);
        assertThat(facts(lane()).seed()).isEqualTo(77);
        chat.questions().askAgain(lane(), lane().head());
        assertThat(facts(lane()).seed()).isEqualTo(78);
    }

    @Test
    void edit_asksInOtherWords_andTheOldOnesStay() {
        takeStarter();
        ask("first wording");
        int old = path(lane()).getFirst().number();
        ask("next question");
        chat.questions().edit(old);
        assertThat(chat.questions().draftProperty().get()).isEqualTo("first wording");
        ask("other wording");

        assertThat(path(lane())).hasSize(2).first().extracting(Message::text).isEqualTo("other wording");
        assertThat(chat.questions().editingProperty().get()).isNull();
        chat.showVersion(lane(), path(lane()).getFirst().number(), -1);
        assertThat(path(lane())).extracting(Message::text).contains("first wording", "next question");
    }

    @Test
    void branch_goesOnInAChatOfItsOwn() {
        takeStarter();
        ask("one");
        String before = chat.session().id();
        int at = lane().head();
        ask("two");
        chat.branch(at);

        assertThat(chat.session().id()).isNotEqualTo(before);
        assertThat(path(lane())).hasSize(2);
        ask("three");
        assertThat(path(lane())).hasSize(4);
        assertThat(chat.history().shown()).extracting(entry -> entry.title()).containsExactly("Branch of one", "one");
    }

    @Test
    void chats_areKept_withEverythingThatWasSet() {
        takeStarter();
        chat.options().systemProperty().set("You are Gus.");
        chat.options().templateProperty().set("alpaca");
        chat.options().temperatureProperty().set(0.35);
        ask("remember this");
        List<Message> said = path(lane());
        var other = new ChatViewModel(services.services(), engine, new OptionsViewModel(seeds::getAndIncrement));
        other.refresh();
        other.open(other.history().shown().getFirst());

        assertThat(other.session().conversation().all()).isEqualTo(said);
        assertThat(other.lanes().all().getFirst().rows()).isEqualTo(lane().rows());
        assertThat(other.options().systemProperty().get()).isEqualTo("You are Gus.");
        assertThat(other.options().templateProperty().get()).isEqualTo("alpaca");
        assertThat(other.options().temperatureProperty().get()).isEqualTo(0.35);
        assertThat(other.models().isStarter()).isTrue();
    }

    @Test
    void renamedChat_keepsItsNameAndItsPlace_whateverIsSaidLater() {
        takeStarter();
        ask("first");
        chat.newChat();
        ask("second");
        var first = chat.history().shown().getLast();
        chat.rename(first, "  About\n cranes ");
        assertThat(chat.history().shown()).extracting(entry -> entry.title()).containsExactly("second", "About cranes");

        chat.rename(chat.history().shown().getFirst(), "Wind");
        ask("more of it");
        assertThat(chat.history().shown()).extracting(entry -> entry.title()).containsExactly("Wind", "About cranes");
        chat.rename(chat.history().shown().getFirst(), "  ");
        chat.refresh();
        assertThat(chat.history().shown())
                .extracting(entry -> entry.title())
                .containsExactlyInAnyOrder("Wind", "About cranes");
    }

    @Test
    void closedColumn_holdsNothing() {
        takeStarter();
        chat.lanes().add();
        ask("Who are you?");
        long two = engine.heldBytes();
        chat.lanes().remove(chat.lanes().all().getLast());

        assertThat(two).isPositive();
        assertThat(engine.heldBytes()).isEqualTo(two / 2);
    }

    @Test
    void deletedChat_canBeBroughtBack() {
        takeStarter();
        ask("keep me");
        var entry = chat.history().shown().getFirst();
        chat.delete(entry);
        assertThat(chat.history().shown()).isEmpty();
        assertThat(chat.session().isEmpty()).isTrue();

        services.notices.choices.getLast().action().run();
        chat.open(chat.history().shown().getFirst());
        assertThat(path(lane())).hasSize(2);
    }

    @Test
    void adapters_areSwitched_withoutLoadingTheBaseAgain() throws IOException {
        Voice odd = takeStarterWithAdapter();
        chat.options().temperatureProperty().set(0);
        ask("Who are you?");
        String base = answer(lane()).text();
        lane().voiceProperty().set(odd);
        chat.questions().askAgain(lane(), lane().head());
        String tuned = answer(lane()).text();
        lane().strengthProperty().set(0);
        chat.questions().askAgain(lane(), lane().head());

        assertThat(tuned).isNotEqualTo(base);
        assertThat(answer(lane()).text()).isEqualTo(base);
        assertThat(facts(lane()).voice()).isEqualTo("odd");
        assertThat(engine.loads()).isOne();
    }

    @Test
    void compare_answersWithOneSeed_onOneBase_sideBySide() throws IOException {
        Voice odd = takeStarterWithAdapter();
        chat.lanes().add();
        LaneViewModel second = chat.lanes().all().getLast();
        ask("Who are you?");

        assertThat(second.voiceProperty().get()).isEqualTo(odd);
        assertThat(facts(second).seed()).isEqualTo(facts(lane()).seed());
        assertThat(answer(second).parent()).isEqualTo(answer(lane()).parent());
        assertThat(answer(second).text()).isNotEqualTo(answer(lane()).text());
        assertThat(engine.loads()).isOne();
    }

    @Test
    void theSameVoiceTwice_drawsTwoAnswers() {
        takeStarter();
        chat.lanes().add();
        ask("Who are you?");

        assertThat(facts(chat.lanes().all().getLast()).seed())
                .isEqualTo(facts(lane()).seed() + 1);
    }

    @Test
    void theBetterAnswer_isGoneOnFrom_andMakesAPreferenceRow() throws IOException {
        takeStarterWithAdapter();
        chat.lanes().add();
        Verdicts verdicts = new Verdicts(services.services(), chat);
        assertThat(verdicts.standingProperty().get()).isEqualTo(Verdicts.Standing.NONE);
        ask("Who are you?");
        assertThat(verdicts.standingProperty().get()).isEqualTo(Verdicts.Standing.DIFFERENT);
        Message rejected = answer(lane());
        Message chosen = answer(chat.lanes().all().getLast());
        verdicts.prefer(chat.lanes().all().getLast());

        assertThat(verdicts.standingProperty().get()).isEqualTo(Verdicts.Standing.NONE);
        assertThat(chat.lanes().all()).extracting(LaneViewModel::head).containsOnly(chosen.number());
        assertThat(Files.readString(services.services().home().folder().resolve("data/preferences.jsonl")))
                .contains("Who are you?")
                .contains("\"from\":\"" + chat.session().id() + "/0\"");
        assertThat(chat.session().conversation().get(rejected.number()).rating())
                .isEqualTo(Rating.DOWN);
        assertThat(datasets()).extracting(DatasetEntry::name).containsExactly("preferences");
        services.notices.choices.getLast().action().run();
        assertThat(services.visited.getLast()).isInstanceOf(Destination.CheckData.class);
    }

    @Test
    void thumbs_areTakenBack_byTheSameThumb() {
        takeStarter();
        ask("Who are you?");
        Verdicts verdicts = new Verdicts(services.services(), chat);
        int rated = lane().head();
        verdicts.rate(rated, Rating.UP);
        assertThat(rows(lane(), TranscriptRow.AnswerFoot.class).getLast().rating())
                .isEqualTo(Rating.UP);

        verdicts.rate(rated, Rating.UP);
        assertThat(answer(lane()).rating()).isEqualTo(Rating.NONE);
    }

    @Test
    void failure_isToldInTheColumn_andCanBeTriedAgain() throws IOException {
        Voice odd = takeStarterWithAdapter();
        Files.delete(Objects.requireNonNull(odd.adapter()).resolve("adapter_model.safetensors"));
        lane().voiceProperty().set(odd);
        ask("Who are you?");
        assertThat(rows(lane(), TranscriptRow.Failed.class)).hasSize(1);

        lane().voiceProperty().set(Voice.BASE);
        chat.questions().askAgain(lane(), lane().head());
        assertThat(answer(lane()).isAnswer()).isTrue();
        assertThat(rows(lane(), TranscriptRow.Failed.class)).isEmpty();
    }

    @Test
    void export_writesWhatIsShown() throws IOException {
        takeStarter();
        chat.options().systemProperty().set("Be brief.");
        ask("Who are you?");
        ChatFiles files = new ChatFiles(services.services(), chat);
        services.host.chosen.add(folder.resolve("chat.md"));
        files.exportMarkdown();
        services.host.chosen.add(folder.resolve("chat.jsonl"));
        files.exportRows();

        assertThat(Files.readString(folder.resolve("chat.md")))
                .startsWith("# Who are you?\n")
                .contains("## System\n\nBe brief.", "## You\n\nWho are you?", "## Model\n");
        assertThat(Files.readString(folder.resolve("chat.jsonl")))
                .startsWith("{\"messages\":[{\"role\":\"system\",\"content\":\"Be brief.\"}");
    }

    @Test
    void arrivingWithAModelAndAnAdapter_beginsAChatWithThem() throws IOException {
        new Library(
                        services.services().home(),
                        services.catalog(),
                        services.services().clock())
                .ensureStarter();
        Path model = folder.resolve("elsewhere");
        StarterModel.copyTo(model);
        Path adapter = Adapters.random(model, folder.resolve("run-1"), model.toString(), 5);
        new Arrival(services.services(), chat).talkTo(model.toString(), adapter);

        assertThat(Objects.requireNonNull(chat.models().baseProperty().get()).folder())
                .isEqualTo(model);
        assertThat(lane().voiceProperty().get()).isEqualTo(new Voice("run-1", adapter));
        ask("hello");
        assertThat(facts(lane()).voice()).isEqualTo("run-1");
    }

    @Test
    void arrivingWithAFolderThatHasNoAdapter_isExplained() {
        takeStarter();
        new Arrival(services.services(), chat).talkTo("starter", folder);

        assertThat(services.failures).extracting(failure -> failure.code()).containsExactly("CHAT-NO-ADAPTER");
    }
}
