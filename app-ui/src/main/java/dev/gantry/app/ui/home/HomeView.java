package dev.gantry.app.ui.home;

import dev.gantry.app.ui.look.Icon;
import dev.gantry.app.ui.look.IconView;
import dev.gantry.app.ui.shell.Destination;
import dev.gantry.app.ui.shell.Fxml;
import dev.gantry.app.ui.shell.ScreenName;
import dev.gantry.app.ui.text.Texts;
import java.util.List;
import javafx.beans.binding.Bindings;
import javafx.fxml.FXML;
import javafx.scene.Node;
import javafx.scene.Parent;
import javafx.scene.control.Button;
import javafx.scene.control.ContentDisplay;
import javafx.scene.control.Label;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;

/// The Home screen.
final class HomeView {
    private final Texts texts;
    private final HomeViewModel model;
    private final Parent root;

    @FXML
    private Label machine;

    @FXML
    private FlowPane cards;

    @FXML
    private VBox recent;

    @FXML
    private VBox runs;

    HomeView(Texts texts, HomeViewModel model) {
        this.texts = texts;
        this.model = model;
        this.root = Fxml.load(this, texts);
    }

    @FXML
    void initialize() {
        machine.textProperty().bind(model.machineProperty());
        addCard(ScreenName.CHAT, Icon.CHAT, "home.chat");
        addCard(ScreenName.TRAIN, Icon.TRAIN, "home.teach");
        addCard(ScreenName.MODELS, Icon.MODELS, "home.models");
        cards.widthProperty().subscribe(this::shareWidth);
        cards.hgapProperty().subscribe(this::shareWidth);
        recent.visibleProperty().bind(Bindings.isNotEmpty(model.runs()));
        recent.managedProperty().bind(recent.visibleProperty());
        model.runs().subscribe(this::showRuns);
    }

    private void addCard(ScreenName screen, Icon icon, String key) {
        if (!model.can(screen)) {
            return;
        }
        Label title = new Label(texts.get(key));
        title.getStyleClass().add("title");
        Label text = new Label(texts.get(key + ".text"));
        text.getStyleClass().add("muted");
        text.setWrapText(true);
        IconView image = new IconView(icon);
        image.getStyleClass().add("huge");
        VBox inside = new VBox(image, title, text);
        inside.getStyleClass().add("inside");
        Button card = new Button(null, inside);
        inside.prefWidthProperty()
                .bind(Bindings.createDoubleBinding(
                        () -> card.getWidth() - card.snappedLeftInset() - card.snappedRightInset(),
                        card.widthProperty(),
                        card.insetsProperty()));
        card.setId("home-" + screen.key());
        card.setContentDisplay(ContentDisplay.GRAPHIC_ONLY);
        card.setAccessibleText(texts.get(key));
        card.setAccessibleHelp(texts.get(key + ".text"));
        card.getStyleClass().add("big-card");
        card.setOnAction(event -> model.go(new Destination.Front(screen)));
        cards.getChildren().add(card);
    }

    /// Gives as many cards as fit beside each other the whole width.
    private void shareWidth() {
        double gap = cards.getHgap();
        List<Region> all = cards.getChildren().stream().map(Region.class::cast).toList();
        double least = all.stream().mapToDouble(Region::getMinWidth).max().orElse(0);
        if (least > 0) {
            int inRow = Math.clamp((long) ((cards.getWidth() + gap) / (least + gap)), 1, all.size());
            double each = Math.floor((cards.getWidth() - gap * (inRow - 1)) / inRow);
            all.forEach(card -> card.setPrefWidth(each));
        }
    }

    private void showRuns() {
        List<Node> lines = model.runs().stream().map(this::line).toList();
        runs.getChildren().setAll(lines);
    }

    private Node line(RecentRun run) {
        Label name = new Label(run.name());
        name.getStyleClass().add("strong");
        Label words = new Label(run.words());
        words.getStyleClass().addAll("small", "muted");
        IconView mark = new IconView(Icon.RUNS);
        mark.getStyleClass().add(run.mark());
        Region space = new Region();
        HBox.setHgrow(space, Priority.ALWAYS);
        HBox inside = new HBox(mark, name, space, words);
        inside.getStyleClass().add("run-line");
        if (!model.can(ScreenName.RUNS)) {
            return inside;
        }
        Button open = new Button(null, inside);
        open.setContentDisplay(ContentDisplay.GRAPHIC_ONLY);
        open.getStyleClass().addAll("quiet", "run-button");
        open.setMaxWidth(Double.MAX_VALUE);
        open.setAccessibleText(run.name() + ", " + run.words());
        inside.prefWidthProperty().bind(open.widthProperty().subtract(24));
        open.setOnAction(event -> model.go(new Destination.ShowRun(run.folder())));
        return open;
    }

    Parent root() {
        return root;
    }
}
