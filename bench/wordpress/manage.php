<?php
// Reads one order as JSON from stdin, does it with WordPress's own functions, answers in JSON.
// Orders: install, publish (posts), edit (id, title?, text?), withdraw (id), back (id).
$order = json_decode(stream_get_contents(STDIN), true, 512, JSON_THROW_ON_ERROR);
$home = parse_url($order['home']);
$_SERVER['HTTP_HOST'] = $home['host'] . ':' . $home['port'];
$_SERVER['SERVER_PORT'] = $home['port'];
$_SERVER['REQUEST_URI'] = '/';
$_SERVER['SERVER_PROTOCOL'] = 'HTTP/1.1';
$_SERVER['REQUEST_METHOD'] = 'GET';
if ($order['do'] === 'install') {
    define('WP_INSTALLING', true);
}
require __DIR__ . '/wp-load.php';
require_once ABSPATH . 'wp-admin/includes/upgrade.php';
require_once ABSPATH . 'wp-admin/includes/image.php';

function paragraphs(array $post): string {
    // Two editors' ways: block markup for every second post, empty lines for the others.
    $parts = preg_split("/\n\n/", $post['text']);
    if ($post['number'] % 2) {
        $parts = array_map(fn($p) => "<!-- wp:paragraph -->\n<p>$p</p>\n<!-- /wp:paragraph -->", $parts);
    }
    if ($post['page_break'] ?? 0) {
        array_splice($parts, $post['page_break'], 0, ["<!-- wp:nextpage -->\n<!--nextpage-->\n<!-- /wp:nextpage -->"]);
    }
    return implode("\n\n", $parts);
}

function picture(int $parent, string $name): string {
    // A picture with an attachment page of its own, linked from the post.
    $file = wp_upload_bits("$name.png", null, base64_decode(
        'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='));
    $id = wp_insert_attachment(
        ['post_mime_type' => 'image/png', 'post_title' => $name, 'post_status' => 'inherit',
         'post_excerpt' => 'Suasana kegiatan. (Humas/Yudi)', 'post_date' => get_post($parent)->post_date], $file['file'], $parent);
    return '<a href="' . get_attachment_link($id) . '"><img src="' . $file['url'] . '" alt="" class="alignnone" /></a>';
}

function publish(array $post): array {
    $category = wp_create_category($post['category']);
    $id = wp_insert_post(wp_slash([
        'post_title' => $post['title'], 'post_name' => $post['slug'], 'post_status' => 'publish',
        'post_author' => 1, 'post_date' => $post['published'], 'post_content' => paragraphs($post),
        'post_category' => [$category], 'tags_input' => ['kota', strtolower($post['category'])],
    ]), true);
    if (is_wp_error($id)) {
        throw new RuntimeException($id->get_error_message());
    }
    if ($post['picture'] ?? false) {
        $picture = picture($id, 'foto-' . $post['number']);
        // Not by wp_update_post, which would make it a post edited today.
        $GLOBALS['wpdb']->update($GLOBALS['wpdb']->posts,
            ['post_content' => $picture . "\n\n" . get_post($id)->post_content], ['ID' => $id]);
        clean_post_cache($id);
    }
    return ['number' => $post['number'], 'id' => $id, 'url' => get_permalink($id)];
}

$done = [];
switch ($order['do']) {
    case 'install':
        wp_install($order['title'], 'humas', 'humas@example.invalid', true, '', 'rahasia-' . wp_rand());
        foreach (['timezone_string' => 'Asia/Makassar', 'date_format' => 'j F Y', 'posts_per_page' => 10,
                  'permalink_structure' => $order['permalinks'], 'blogdescription' => 'Kabar resmi',
                  'template' => $order['theme'], 'stylesheet' => $order['theme'], 'default_pingback_flag' => 0,
                 ] as $name => $value) {
            update_option($name, $value);
        }
        foreach (get_posts(['numberposts' => -1, 'post_type' => ['post', 'page'], 'post_status' => 'any']) as $post) {
            wp_delete_post($post->ID, true);
        }
        foreach ($order['pages'] as $title => $text) {
            wp_insert_post(['post_title' => $title, 'post_type' => 'page', 'post_status' => 'publish',
                            'post_author' => 1, 'post_content' => $text, 'post_date' => '2020-02-03 09:00:00']);
        }
        break;
    case 'publish':
        // A process of its own after the install: rewrite rules are made from the options' new values.
        $GLOBALS['wp_rewrite']->init();
        $done = array_map('publish', $order['posts']);
        flush_rewrite_rules();
        break;
    case 'edit':
        $changed = ['ID' => $order['id']];
        if (isset($order['post'])) {
            $changed += ['post_title' => $order['post']['title'], 'post_content' => paragraphs($order['post'])];
        }
        wp_update_post(wp_slash($changed));
        break;
    case 'withdraw':
        wp_trash_post($order['id']);
        break;
    case 'back':
        wp_untrash_post($order['id']);
        wp_publish_post($order['id']);
        break;
    default:
        throw new RuntimeException('unknown order');
}
echo "\n", json_encode($done);
