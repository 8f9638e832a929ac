package dev.gantry.app.ui.models;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.app.ui.FakeServices;
import dev.gantry.lora.starter.StarterModel;
import dev.gantry.zoo.hub.HubAccess;
import dev.gantry.zoo.model.ModelFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DownloadViewModelTest {
    @TempDir
    private Path folder;

    private TinyHub hub;
    private FakeServices services;
    private DownloadViewModel model;
    private final List<Path> arrived = new ArrayList<>();

    @BeforeEach
    void open() throws IOException {
        StarterModel.copyTo(folder.resolve("far"));
        hub = new TinyHub(folder.resolve("far"));
        services = new FakeServices(folder.resolve("home"));
        model = new DownloadViewModel(services.services(), hub::access, arrived::add);
        model.show();
    }

    @AfterEach
    void close() {
        hub.close();
        services.close();
    }

    private String failure() {
        return Objects.requireNonNull(model.failureProperty().get()).code();
    }

    @Test
    void looking_saysWhatItWouldTake_andDownloadsNothing() throws IOException {
        model.repoProperty().set(hub.endpoint() + "/owner/tiny");
        model.look();

        DownloadOffer offer = Objects.requireNonNull(model.offerProperty().get());
        assertThat(offer.listing().bytes()).isGreaterThan(Files.size(folder.resolve("far/model.safetensors")));
        assertThat(offer.fits()).isTrue();
        assertThat(offer.taken()).isFalse();
        assertThat(folder.resolve("home/models")).doesNotExist();
        assertThat(services.status.onlineProperty().get()).isFalse();
        model.revisionProperty().set("other");
        assertThat(model.offerProperty().get())
                .as("what was looked up is no longer what is meant")
                .isNull();
    }

    @Test
    void whatWasDownloaded_isWhole_andHandedOn() throws IOException {
        model.repoProperty().set("owner/tiny");
        model.look();
        model.download();

        assertThat(arrived).containsExactly(services.services().home().models().resolve("owner--tiny"));
        assertThat(ModelFolder.open(arrived.getFirst()).fingerprint())
                .isEqualTo(ModelFolder.open(folder.resolve("far")).fingerprint());
        assertThat(model.openProperty().get()).isFalse();
        model.show();
        model.repoProperty().set("owner/tiny");
        model.look();
        assertThat(Objects.requireNonNull(model.offerProperty().get()).taken()).isTrue();
        model.download();
        assertThat(arrived).hasSize(1);
    }

    @Test
    void wrongNames_unknownModels_andNoNetwork_areExplainedInTheForm() {
        model.repoProperty().set("no such / name");
        model.look();
        assertThat(failure()).isEqualTo("HUB-NAME");
        model.repoProperty().set("owner/other");
        model.look();
        assertThat(failure()).isEqualTo("HUB-NOT-FOUND");
        DownloadViewModel alone =
                new DownloadViewModel(services.services(), () -> HubAccess.at("http://localhost:1", ""), arrived::add);
        alone.repoProperty().set("owner/tiny");
        alone.look();
        assertThat(Objects.requireNonNull(alone.failureProperty().get()).code()).isEqualTo("HUB-UNREACHABLE");
        assertThat(services.failures).isEmpty();
        assertThat(services.status.onlineProperty().get()).isFalse();
    }
}
